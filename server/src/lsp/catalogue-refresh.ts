/** Keeps the catalogue up to date while the server runs: a while after its start, and from time to time. */
import type { ServerPorts } from "./environments.ts";

/** The first documents are checked before, ms. */
const FIRST_AFTER = 5000;
/** Whether a day has passed is looked up so often, ms: another window may have fetched a later one, too. */
const EVERY = 60 * 60 * 1000;

export class CatalogueRefresh {
  /** @param changed what was checked is to be checked anew */
  constructor(
    private readonly changed: () => void,
    private readonly warn: (message: string) => void,
    private readonly end: AbortSignal,
  ) {}

  /** From now on until the end. */
  keep(ports: Pick<ServerPorts, "refreshCatalogue">): void {
    this.#later(ports, FIRST_AFTER);
  }

  #later(ports: Pick<ServerPorts, "refreshCatalogue">, delay: number): void {
    setTimeout(() => void this.#refresh(ports), delay).unref();
  }

  async #refresh(ports: Pick<ServerPorts, "refreshCatalogue">): Promise<void> {
    try {
      this.end.throwIfAborted();
      if (await ports.refreshCatalogue(this.end)) this.changed();
      this.#later(ports, EVERY);
    } catch (error) {
      if (!this.end.aborted)
        this.warn(`No later catalogue is looked for: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
