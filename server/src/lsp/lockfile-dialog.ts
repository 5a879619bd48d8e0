/** Offers the update of a lockfile: the client's own way where it has one, else as a question of the server's. */
import { nothingUpdated, stillLocksOld, updateQuestion } from "../../../common/lockfile-question.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { fileNameOf } from "../core/util/uri.ts";
import type { Editor } from "./editor.ts";
import type { Environments } from "./environments.ts";
import type { FindProjectsParts } from "./find-projects.ts";
import type { LockfileOffers } from "./lockfile-notices.ts";
import { askingFiles, lockfileOffer } from "./lockfile-offer.ts";
import type { LockfileOffer } from "./lockfile-offer.ts";
import { planLockfileUpdate } from "./lockfile-update.ts";
import type { LockfilePlan } from "./lockfile-update.ts";

export interface LockfileDialogParts {
  readonly editor: Editor;
  /** The client offers updates itself when it is told to. */
  readonly clientOffers: boolean;
  readonly trusted: boolean;
  readonly environments: Environments;
  readonly finding: FindProjectsParts;
  /** A file's URI as the client writes it. */
  readonly spell: (file: string) => string;
  /** A package manager has written a file. */
  readonly written: (file: string) => void;
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
      this.#tell(report, error);
      return false;
    }
  }

  make(report: ProjectReport, packages: readonly string[], withdrawn: AbortSignal): void {
    const { editor, clientOffers, spell } = this.parts;
    if (clientOffers) {
      const offer = lockfileOffer(report, packages, spell);
      if (offer !== null) editor.offerLockfileUpdate(offer);
      return;
    }
    const offer = lockfileOffer(report, packages, (file) => file);
    if (offer === null) return;
    this.#ask(report, offer, withdrawn).catch((error: unknown) => {
      if (!withdrawn.aborted) this.#tell(report, error);
    });
  }

  async #ask(report: ProjectReport, offer: LockfileOffer, withdrawn: AbortSignal): Promise<void> {
    const { editor, trusted, environments, written, end } = this.parts;
    const name = fileNameOf(offer.lockfile);
    const old = stillLocksOld(name);
    if (!trusted) {
      editor.showInformation(`${old} Bring it in line with your package manager.`);
      return;
    }
    if ((await this.#plan(offer, old, () => undefined)) === null || withdrawn.aborted) return;
    const [question, button] = updateQuestion([]);
    if ((await editor.ask(`${old} ${question}`, [button, "Not Now"], withdrawn)) !== button) return;
    // The files are read again: what runs is what the person agreed to.
    const plan = await this.#plan(offer, old, () => editor.showInformation(nothingUpdated(name)));
    if (plan === null) return;
    if (!(await this.isReady(report))) {
      editor.showWarning(`${old} Files of the project are not saved: nothing was updated.`);
      return;
    }
    const { ports } = await environments.at(offer.folder);
    for (let time = 0; time < plan.times; time++) {
      const problem = await ports.runProgram(plan, offer.folder, end);
      if (end.aborted) return;
      if (problem !== null) {
        editor.showWarning(`${name} was not updated: ${problem}.`);
        break;
      }
    }
    written(offer.lockfile);
  }

  /** An update that runs nothing of the project; null where there is none, and the person has been told why. */
  async #plan(offer: LockfileOffer, old: string, onOutdated: () => void): Promise<LockfilePlan | null> {
    const { editor, environments, finding, end } = this.parts;
    const plan = await planLockfileUpdate(offer, await environments.at(offer.folder), finding, end);
    if ("outdated" in plan) {
      onOutdated();
      return null;
    }
    if ("problem" in plan) {
      editor.showWarning(`${old} ${plan.problem}`);
      return null;
    }
    const byHand = `Run it by hand: ${[plan.name, ...plan.args].join(" ")}`;
    if (plan.runs.length > 0) {
      editor.showWarning(`${old} ${updateQuestion(plan.runs)[0]} ${byHand}`);
      return null;
    }
    // Scripts of Windows run in a shell only, which reads arguments in ways of its own.
    if (plan.program.toLowerCase().endsWith(".cmd")) {
      editor.showInformation(`${old} ${byHand}`);
      return null;
    }
    return plan;
  }

  #tell({ project }: ProjectReport, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.parts.editor.info(`No update of the lockfile of ${project.folder} could be offered: ${why}`);
  }
}
