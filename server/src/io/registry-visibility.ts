/** Whether a registry that counts as public shows itself open: one that refuses names to those without a login holds private ones. */
import { NPMJS_HOSTS } from "../core/facts/places.ts";
import { unknown, type Unknown } from "../core/facts/fact.ts";
import { registryKey, type RegistryRef } from "../core/ports.ts";
import { untilAborted } from "./cancellation.ts";

/** `open`: it has answered without a login. `refusing`: it wants one that nobody has. Unknown (`refused`): neither was seen, so names are kept back, and why. */
export type Openness = "open" | "refusing" | Unknown;

interface Shown {
  verdict: "open" | "refusing" | null;
  /** Why the last question to it gave no answer. */
  failure: Unknown | null;
  /** Questions under way. */
  asked: number;
  readonly waiting: Set<() => void>;
}

export class RegistryRefusals {
  readonly #shown = new Map<string, Shown>();

  /** A registry is being asked for a name, until what is returned is called. */
  ask(registry: RegistryRef): () => void {
    const shown = this.#of(registry);
    shown.asked++;
    return () => {
      shown.asked--;
      if (shown.asked <= 0) wake(shown);
    };
  }

  /** It has answered without a login: with a package, or that there is no such one. */
  answered(registry: RegistryRef): void {
    const shown = this.#of(registry);
    shown.verdict ??= "open";
    wake(shown);
  }

  /** It asks for a login that nobody has. */
  refused(registry: RegistryRef): void {
    const shown = this.#of(registry);
    shown.verdict = "refusing";
    wake(shown);
  }

  /** It gave an answer that does not tell, or none. */
  failed(registry: RegistryRef, failure: Unknown): void {
    this.#of(registry).failure = failure;
  }

  /** Waits for the first answer that tells, as long as anything is being asked. Throws only the signal's reason. */
  async of(registry: RegistryRef, signal: AbortSignal): Promise<Openness> {
    const { host } = new URL(registry.url);
    if (NPMJS_HOSTS.has(host)) return "open";
    const shown = this.#of(registry);
    for (;;) {
      // What is asked for together begins together, and what one answer leads to is asked at once.
      await new Promise((resolve) => setImmediate(resolve));
      if (shown.verdict !== null || shown.asked === 0) return shown.verdict ?? untold(host, shown.failure);
      await untilAborted(new Promise<void>((resolve) => shown.waiting.add(resolve)), signal);
    }
  }

  /** Those who wait learn that nothing is known. */
  forget(): void {
    const before = [...this.#shown.values()];
    this.#shown.clear();
    for (const shown of before) {
      shown.asked = 0;
      wake(shown);
    }
  }

  #of(registry: RegistryRef): Shown {
    const key = registryKey(registry);
    const present = this.#shown.get(key);
    if (present !== undefined) return present;
    const shown: Shown = { verdict: null, failure: null, asked: 0, waiting: new Set() };
    this.#shown.set(key, shown);
    return shown;
  }
}

function wake({ waiting }: Shown): void {
  for (const resolve of waiting) resolve();
  waiting.clear();
}

function untold(host: string, failure: Unknown | null): Unknown {
  const kept = `names from ${host} are not sent to advisory services until it has answered for one without a login`;
  return unknown("refused", failure === null ? kept : `${kept}: ${failure.reason}`);
}
