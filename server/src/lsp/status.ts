import type { Project } from "../core/project/project.ts";
import { fileNameOf } from "../core/util/uri.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { suppressionText } from "../core/settings/suppressions.ts";
import type { Suppression } from "../core/settings/suppressions.ts";
import { count, grouped } from "../core/util/words.ts";

/** What the client is told as `depwarden/status` whenever it changes. */
export interface StatusParams {
  /** What is being checked, for a person; null when nothing is. */
  readonly checking: string | null;
  /** When facts last came from the network, ISO 8601; null: not in this run. */
  readonly lastFresh: string | null;
  /** Findings that say that something could not be checked: one sentence each, at most ten. */
  readonly unchecked: readonly string[];
  /** What the settings files of the workspace folders turn off: one clause each, at most ten. */
  readonly suppressed: readonly string[];
}

/** No more than this often, ms: progress comes for every package. */
const PACE = 100;
const MOST_TOLD = 10;

export interface Checking {
  readonly progress: (done: number, total: number) => void;
  end(): void;
}

export class Status {
  readonly #checking = new Map<symbol, string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly tell: (status: StatusParams) => void,
    private readonly lastFresh: () => number | null,
    private readonly reports: () => readonly ProjectReport[],
    private readonly suppressed: () => readonly Suppression[],
  ) {}

  checking(project: Project): Checking {
    const id = Symbol();
    const name = fileNameOf(project.folder);
    this.#checking.set(id, name);
    this.changed();
    return {
      progress: (done, total) => {
        this.#checking.set(id, `${name}: ${grouped(done)} of ${count(total, "package")}`);
        this.changed();
      },
      end: () => {
        this.#checking.delete(id);
        this.changed();
      },
    };
  }

  /** What it tells may have changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#send();
    }, PACE);
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #send(): void {
    const at = this.lastFresh();
    this.tell({
      checking: [...this.#checking.values()].join(", ") || null,
      lastFresh: at === null ? null : new Date(at).toISOString(),
      unchecked: this.reports()
        .flatMap(({ findings }) => findings)
        .filter(({ unknown }) => unknown !== null)
        .map(({ message }) => message)
        .slice(0, MOST_TOLD),
      suppressed: this.suppressed().map(suppressionText).slice(0, MOST_TOLD),
    });
  }
}
