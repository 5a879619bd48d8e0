import type { DocumentProblem } from "../model.ts";
import type { Span } from "../util/text.ts";

/** Keeps the first problem of each kind and message, so that a file broken in a million places says so once. */
export class Problems {
  readonly #found = new Map<string, DocumentProblem>();
  #mayBeIgnored = false;

  /** Whether there is one for which the package manager may ignore the whole file. */
  get mayBeIgnored(): boolean {
    return this.#mayBeIgnored;
  }

  /** As `add`, for what the package manager may ignore the whole file for. */
  addOfFile(kind: DocumentProblem["kind"], message: string, span: Span): void {
    this.#mayBeIgnored = true;
    this.add(kind, message, span);
  }

  add(kind: DocumentProblem["kind"], message: string, span: Span): void {
    this.take({ kind, message, span });
  }

  /** As `add`, for what others may come of: it is reported first. */
  addCause(kind: DocumentProblem["kind"], message: string, span: Span): void {
    const others = [...this.#found.values()];
    this.#found.clear();
    this.add(kind, message, span);
    for (const other of others) this.take(other);
  }

  take(problem: DocumentProblem): void {
    const key = `${problem.kind} ${problem.message}`;
    if (!this.#found.has(key)) this.#found.set(key, problem);
  }

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  all(first: DocumentProblem | null): readonly DocumentProblem[] {
    return first === null ? [...this.#found.values()] : [first, ...this.#found.values()];
  }
}
