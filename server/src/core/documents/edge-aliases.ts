/** By which of several names packages depend on others, by package id. */
export class EdgeAliases {
  readonly #byEdge = new Map<number, Set<string>>();

  constructor(private readonly packages: number) {}

  add(id: number, target: number, alias: string): void {
    const edge = id * this.packages + target;
    const known = this.#byEdge.get(edge);
    if (known === undefined) this.#byEdge.set(edge, new Set([alias]));
    else known.add(alias);
  }

  of(id: number, target: number): readonly string[] {
    return [...(this.#byEdge.get(id * this.packages + target) ?? [])];
  }
}
