import type { Connection } from "vscode-languageserver";
import { readSettings } from "../core/settings/settings.ts";
import type { Settings } from "../core/settings/settings.ts";
import type { Editor } from "./editor.ts";

/** Settings by resource: pulled from the client and kept until it says that they changed. */
export class SettingsSource {
  readonly #kept = new Map<string, Promise<Settings>>();
  readonly #told = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly editor: Editor,
    /** Whether the client answers `workspace/configuration`. */
    private readonly canPull: boolean,
    /** What holds where it does not: `initializationOptions.settings`. */
    private fallback: unknown,
  ) {}

  /** @param scope a folder's URI: settings differ by folder, not by file */
  of(scope: string): Promise<Settings> {
    const kept = this.#kept.get(scope);
    if (kept !== undefined) return kept;
    const fresh = this.#pull(scope);
    this.#kept.set(scope, fresh);
    // A client that failed to answer is asked again.
    fresh.catch(() => {
      if (this.#kept.get(scope) === fresh) this.#kept.delete(scope);
    });
    return fresh;
  }

  /** @param pushed the client's own settings, from a client that pushes them */
  changed(pushed: unknown): void {
    this.#kept.clear();
    if (!this.canPull && typeof pushed === "object" && pushed !== null && "depwarden" in pushed)
      this.fallback = pushed.depwarden;
  }

  async #pull(scope: string): Promise<Settings> {
    const raw: unknown = this.canPull
      ? await this.connection.workspace.getConfiguration({ scopeUri: scope, section: "depwarden" })
      : this.fallback;
    const { settings, problems } = readSettings(raw);
    for (const problem of problems.filter((text) => !this.#told.has(text))) {
      this.#told.add(problem);
      this.editor.warn(problem);
    }
    return settings;
  }
}
