import type { Span } from "../util/text.ts";
import type { Problems } from "./problems.ts";
import { named } from "./truncation.ts";

/** What a package of a lockfile asks for: a name that it is installed under, and the specifier as written. */
export interface Edge {
  readonly alias: string;
  readonly raw: string;
  readonly span: Span;
}

/**
 * Edges that no entry of the lockfile satisfies: the entry is missing, or does not fit. The package manager then installs
 * a release that is not in the lockfile and was not judged. Each edge is counted once, whoever asks.
 */
export class UnmetEdges {
  readonly #seen = new Set<string>();
  #first: Edge | null = null;
  #isElsewhere = false;

  /** There is one, or there would be if the project asked for something else. */
  get hangOnProject(): boolean {
    return this.#first !== null || this.#isElsewhere;
  }

  /** One of a package that nothing of the project leads to. */
  noteElsewhere(): void {
    this.#isElsewhere = true;
  }

  add(edge: Edge): void {
    this.#first ??= edge;
    this.#seen.add(`${edge.alias} ${edge.raw}`);
  }

  report(problems: Problems): void {
    if (this.#first === null) return;
    const { alias, raw, span } = this.#first;
    const which = named(`${alias} ${raw}`.trim(), this.#seen.size);
    problems.add("syntax", `it refers to packages that it does not contain (${which}), which are installed anew`, span);
  }
}
