/** Offers the update of a lockfile: through the client where it has a way of its own, else as the command to run. */
import { stillLocksOld, updateQuestion } from "../../../common/lockfile-question.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { fileNameOf } from "../core/util/uri.ts";
import type { Editor } from "./editor.ts";
import type { Environments } from "./environments.ts";
import type { FindProjectsParts } from "./find-projects.ts";
import type { LockfileOffers } from "./lockfile-notices.ts";
import { askingFiles, lockfileOffer } from "./lockfile-offer.ts";
import type { LockfileOffer } from "./lockfile-offer.ts";
import { planLockfileUpdate } from "./lockfile-update.ts";

export interface LockfileDialogParts {
  readonly editor: Editor;
  /** The client makes the offer itself. */
  readonly clientOffers: boolean;
  readonly trusted: boolean;
  readonly environments: Environments;
  readonly finding: FindProjectsParts;
  /** A file's URI as the client writes it. */
  readonly spell: (file: string) => string;
  /** The server is shut down. */
  readonly end: AbortSignal;
}

export class LockfileDialog implements LockfileOffers {
  constructor(private readonly parts: LockfileDialogParts) {}

  /** A package manager reads what is on disk: the extension saves that itself, another client's person does. */
  async isReady(report: ProjectReport): Promise<boolean> {
    const { clientOffers, environments, end } = this.parts;
    if (clientOffers) return true;
    try {
      const { ports } = await environments.at(report.project.folder);
      const saved = await Promise.all(
        askingFiles(report).map(async ({ uri, text }) => {
          const file = await ports.disk.read(uri, end);
          return file.known ? file.value === text : text === "";
        }),
      );
      return saved.every(Boolean);
    } catch (error) {
      this.#log(report, error);
      return false;
    }
  }

  make(report: ProjectReport, packages: readonly string[]): void {
    const { editor, clientOffers, spell } = this.parts;
    const offer = lockfileOffer(report, packages, clientOffers ? spell : (file) => file);
    if (offer === null) return;
    if (clientOffers) editor.offerLockfileUpdate(offer);
    else this.#tellCommand(offer).catch((error: unknown) => this.#log(report, error));
  }

  async #tellCommand(offer: LockfileOffer): Promise<void> {
    const { editor, trusted, environments, finding, end } = this.parts;
    const old = stillLocksOld(fileNameOf(offer.lockfile));
    if (!trusted) {
      editor.showInformation(`${old} Bring it in line with your package manager.`);
      return;
    }
    const plan = await planLockfileUpdate(offer, await environments.at(offer.folder), finding, end);
    if (end.aborted || "outdated" in plan) return;
    if ("problem" in plan) {
      editor.showInformation(`${old} ${plan.problem}`);
      return;
    }
    const runs = plan.runs.length === 0 ? "" : `. ${updateQuestion(plan.runs)[0]}`;
    editor.showInformation(`${old} To update it, run: ${[plan.name, ...plan.args].join(" ")}${runs}`);
  }

  #log({ project }: ProjectReport, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.parts.editor.info(`No update of the lockfile of ${project.folder} could be offered: ${why}`);
  }
}
