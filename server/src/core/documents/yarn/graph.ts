import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Body } from "./body.ts";
import { workspacePath } from "./identity.ts";
import { NONE, resolveNeeds, type Descriptors } from "./resolve.ts";

/** What depends on what, by index of the body's entries. */
export class YarnGraph {
  readonly #body: Body;
  /** By need. */
  readonly targets: Int32Array;
  /** By entry: the one that it patches. */
  readonly patched: Int32Array;

  constructor(body: Body, targets: Int32Array, patched: Int32Array) {
    this.#body = body;
    this.targets = targets;
    this.patched = patched;
  }

  /** The entries that one depends on, each once. */
  of(id: number): ReadonlySet<number> {
    const found = new Set<number>();
    const entry = this.#body.entries[id];
    if (entry === undefined) return found;
    for (let at = entry.firstNeed; at < entry.lastNeed; at++) found.add(this.targets[at] ?? NONE);
    found.add(this.patched[id] ?? NONE);
    found.delete(NONE);
    return found;
  }

  /**
   * Marks whatever is reached from the given entries, which may hold NONE; over required dependencies alone, or all.
   * Workspaces are marked, and not gone through: what they ask for is an importer's.
   * @returns by entry: 1 where it was reached
   */
  *reach(from: Iterable<number>, requiredOnly: boolean): Task<Uint8Array> {
    const { entries, needs } = this.#body;
    const reached = new Uint8Array(entries.length);
    const queue: number[] = [];
    const visit = (id: number): void => {
      if (id === NONE || reached[id] === 1) return;
      reached[id] = 1;
      queue.push(id);
    };
    for (const id of from) visit(id);
    let work = 0;
    // The queue grows while it is walked.
    for (const id of queue) {
      const entry = entries[id];
      if (entry === undefined || workspacePath(this.#body, entry) !== null) continue;
      for (let at = entry.firstNeed; at < entry.lastNeed; at++) {
        if (!requiredOnly || !needs.isOptional(at)) visit(this.targets[at] ?? NONE);
        if (++work % PASS_STRIDE === 0) yield;
      }
      visit(this.patched[id] ?? NONE);
      if (++work % PASS_STRIDE === 0) yield;
    }
    return reached;
  }
}

export function* graphOf(body: Body, descriptors: Descriptors): Task<YarnGraph> {
  const patched = new Int32Array(body.entries.length).fill(NONE);
  for (const [id, entry] of body.entries.entries()) {
    if (body.flavour === "berry" && entry.resolved?.includes("@patch:") === true)
      patched[id] = descriptors.findUnpatched(entry);
    if (id % PASS_STRIDE === 0) yield;
  }
  return new YarnGraph(body, yield* resolveNeeds(body, descriptors), patched);
}
