/** Where no terminal shows what runs: a line every so often, so that a run of many minutes is not silent. */
import { performance } from "node:perf_hooks";
import type { Reporter, TestModule } from "vitest/node";

/** ms between two lines. */
const INTERVAL = 20_000;

export default class Progress implements Reporter {
  readonly #running = new Map<string, { done: number; count: number }>();
  #files = 0;
  #filesDone = 0;
  #began = 0;
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(specifications: readonly unknown[]): void {
    if (process.stdout.isTTY) return;
    this.#files = specifications.length;
    this.#filesDone = 0;
    this.#began = performance.now();
    this.#timer = setInterval(() => this.#tell(), INTERVAL);
  }

  onTestModuleCollected(module: TestModule): void {
    this.#running.set(module.relativeModuleId, { done: 0, count: [...module.children.allTests()].length });
  }

  onTestCaseResult({ module }: { readonly module: TestModule }): void {
    const running = this.#running.get(module.relativeModuleId);
    if (running !== undefined) running.done++;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.relativeModuleId);
    this.#filesDone++;
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const seconds = Math.round((performance.now() - this.#began) / 1000);
    const running = [...this.#running].map(([file, { done, count }]) => `${file} (${done} of ${count} tests)`);
    process.stdout.write(
      `   ${seconds} s: ${this.#filesDone} of ${this.#files} files done; running: ${running.join(", ") || "none yet"}\n`,
    );
  }
}
