/** Names of one object that are compared one by one: nearly all objects have fewer. */
const FEW = 16;

/** The names of one object's members so far. */
export class SeenNames {
  readonly #few: string[] = [];
  readonly #many = new Set<string>();

  /** Notes a name; true where it was there before. */
  isRepeated(name: string): boolean {
    if (this.#many.size === 0) {
      if (this.#few.includes(name)) return true;
      this.#few.push(name);
      if (this.#few.length > FEW) for (const each of this.#few) this.#many.add(each);
      return false;
    }
    const before = this.#many.size;
    return this.#many.add(name).size === before;
  }

  clear(): void {
    this.#few.length = 0;
    if (this.#many.size > 0) this.#many.clear();
  }
}

const LONGEST_SHOWN = 80;

/** The words of a problem: of two members of one name some package managers take the first, others the last. */
export function appearsTwice(name: string): string {
  return `${JSON.stringify(name.slice(0, LONGEST_SHOWN))} appears twice, and package managers differ in which they take`;
}
