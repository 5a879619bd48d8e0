/** What registries have shown of themselves: one that refuses names to those without a login holds private ones. */
import { NPMJS_HOSTS } from "../core/facts/places.ts";
import type { RegistryRef } from "../core/ports.ts";
import { untilAborted } from "./cancellation.ts";

/** Longer than any look-up takes with all its tries, ms. */
const PATIENCE = 35_000;

export class Standing {
  readonly #refusing = new Set<string>();
  readonly #answered = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** A registry is being asked for a name. */
  ask({ url }: RegistryRef): void {
    this.#asked.add(url);
  }

  /** It asks for a login that nobody has. */
  refused({ url }: RegistryRef): void {
    this.#refusing.add(url);
  }

  answered({ url }: RegistryRef): void {
    if (this.#answered.has(url)) return;
    this.#answered.add(url);
    for (const wake of this.#waiting.get(url) ?? []) wake();
    this.#waiting.delete(url);
  }

  /** Whether names of a registry that counts as public are refused there, as far as it has been asked. Throws only the signal's reason. */
  async refuses({ url }: RegistryRef, signal: AbortSignal): Promise<boolean> {
    if (NPMJS_HOSTS.has(new URL(url).host)) return false;
    // What is asked for together begins together.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#asked.has(url) && !this.#answered.has(url)) await untilAborted(this.#firstAnswer(url), signal);
    return this.#refusing.has(url);
  }

  forget(): void {
    this.#refusing.clear();
    this.#answered.clear();
    this.#asked.clear();
  }

  #firstAnswer(url: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      timer.unref();
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.set(url, [...(this.#waiting.get(url) ?? []), wake]);
    });
  }
}
