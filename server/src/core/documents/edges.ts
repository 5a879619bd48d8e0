/** Who depends on whom, by package id, in flat arrays. Packages are opened one after the other, from id 0. */
export class Edges {
  readonly #starts: Int32Array;
  /** Where the optional ones begin, behind the needed ones. */
  readonly #optionalStarts: Int32Array;
  readonly #targets: number[] = [];
  /** By target: the last package with an edge to it, so that none has two. */
  readonly #lastFrom: Int32Array;
  #open = -1;

  constructor(packages: number) {
    this.#starts = new Int32Array(packages + 1);
    this.#optionalStarts = new Int32Array(packages);
    this.#lastFrom = new Int32Array(packages).fill(-1);
  }

  /** Adds all edges of the next package. Of two to the same target the first holds. */
  add(needed: Iterable<number>, optional: Iterable<number>): void {
    this.#open++;
    for (const target of needed) this.#push(target);
    this.#optionalStarts[this.#open] = this.#targets.length;
    for (const target of optional) this.#push(target);
    this.#starts[this.#open + 1] = this.#targets.length;
  }

  of(id: number): readonly number[] {
    return this.#slice(id, this.#starts[id + 1]);
  }

  /** Without the optional ones. */
  needed(id: number): readonly number[] {
    return this.#slice(id, this.#optionalStarts[id]);
  }

  #push(target: number): void {
    if (this.#lastFrom[target] === this.#open) return;
    this.#lastFrom[target] = this.#open;
    this.#targets.push(target);
  }

  #slice(id: number, end: number | undefined): readonly number[] {
    const start = this.#starts[id];
    return start === undefined || end === undefined ? [] : this.#targets.slice(start, end);
  }
}
