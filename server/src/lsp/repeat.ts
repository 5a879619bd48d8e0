/** When what is shown is checked again, though nobody changed it: advisories come, and what failed may work again. */
import type { UnknownCode } from "../core/facts/fact.ts";

/** How long after a check that shown projects are checked again, ms. */
export const EVERY = 15 * 60_000;
/** Longest age of a check that the person sees again on coming back to the editor, ms. */
const OLD = 5 * 60_000;
/** After a check in which somebody did not answer: one wait after the other, ms. */
const BACK_OFF = [30_000, 60_000, 2 * 60_000, 5 * 60_000];

/** Gaps that may be gone by themselves. */
const PASSING: ReadonlySet<UnknownCode> = new Set(["timeout", "unreachable", "http"]);

interface Kept {
  readonly uri: string;
  readonly at: number;
  readonly failures: number;
  readonly timer: NodeJS.Timeout;
}

/** By project folder. */
export class Repeats {
  readonly #kept = new Map<string, Kept>();

  /**
   * @param check checks the project around a file
   * @param now ms
   */
  constructor(
    private readonly check: (uri: string) => void,
    private readonly now: () => number,
  ) {}

  /** A project was checked. @param uri one of its files */
  checked(folder: string, uri: string, gaps: ReadonlySet<UnknownCode>): void {
    const before = this.#kept.get(folder);
    clearTimeout(before?.timer);
    const isFailure = [...gaps].some((code) => PASSING.has(code));
    const failures = isFailure ? (before?.failures ?? 0) + 1 : 0;
    const wait = isFailure ? (BACK_OFF[failures - 1] ?? EVERY) : EVERY;
    const timer = setTimeout(() => this.check(uri), wait).unref();
    this.#kept.set(folder, { uri, at: this.now(), failures, timer });
  }

  /** The person looks at the editor again. */
  focused(): void {
    for (const { uri, at } of this.#kept.values()) if (this.now() - at > OLD) this.check(uri);
  }

  /** @param isShown whether the project of a folder still is */
  sweep(isShown: (folder: string) => boolean): void {
    for (const [folder, { timer }] of this.#kept) {
      if (isShown(folder)) continue;
      clearTimeout(timer);
      this.#kept.delete(folder);
    }
  }

  dispose(): void {
    this.sweep(() => false);
  }
}
