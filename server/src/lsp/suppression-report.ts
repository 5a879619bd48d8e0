/** Knows what the settings files of the workspace folders keep from being said. */
import type { ProjectReport } from "../core/engine/inspect.ts";
import type { Cancellation } from "../core/ports.ts";
import { DEFAULT_SETTINGS, readSettings } from "../core/settings/settings.ts";
import type { Settings } from "../core/settings/settings.ts";
import { suppressionsOf } from "../core/settings/suppressions.ts";
import type { Excluded, Suppression } from "../core/settings/suppressions.ts";
import { editorSettings, workspaceSettingsUri } from "../core/settings/workspace-settings.ts";
import type { Environments } from "./environments.ts";
import type { WorkspaceFolders } from "./workspace-folders.ts";

interface FolderSettings {
  /** What the folder's file says by itself. */
  readonly own: Settings;
  /** What the client says holds there. */
  readonly effective: Settings;
}

/**
 * A client does not tell which of its settings are a person's own and which a workspace's, so the folder's file is read
 * and compared: what holds and stands there is the workspace's.
 */
export class SuppressionReport {
  readonly #settings = new Map<string, FolderSettings>();
  readonly #excluded = new Map<string, readonly Excluded[]>();

  constructor(
    private readonly folders: WorkspaceFolders,
    private readonly environments: Environments,
    /** What is suppressed may have changed. */
    private readonly onChanged: () => void,
  ) {}

  /** Reads the folder's settings file as it is now. */
  async read(folder: string, cancel: Cancellation): Promise<void> {
    const { ports, settings: effective } = await this.environments.at(folder);
    const text = await ports.files.read(workspaceSettingsUri(folder), cancel);
    const { settings: own } = readSettings(text.known ? editorSettings(text.value) : {});
    this.#settings.set(folder, { own, effective });
    this.onChanged();
  }

  /** What `exclude` left out when the folder was last looked through. */
  lookedThrough(folder: string, excluded: readonly Excluded[]): void {
    this.#excluded.set(folder, excluded);
    this.onChanged();
  }

  /** The folder is no longer open. */
  close(folder: string): void {
    this.#settings.delete(folder);
    this.#excluded.delete(folder);
    this.onChanged();
  }

  /** Of all folders, as these reports show it. @param pathOf how the client is told of a file */
  of(reports: readonly ProjectReport[], pathOf: (uri: string) => string): readonly Suppression[] {
    return this.folders.all.flatMap((folder) => {
      const settings = this.#settings.get(folder);
      if (settings === undefined) return [];
      return suppressionsOf({
        by: pathOf(workspaceSettingsUri(folder)),
        ...settings,
        without: DEFAULT_SETTINGS,
        reports: reports.filter(({ project }) => this.folders.holding(project.folder) === folder),
        excluded: this.#excluded.get(folder) ?? [],
        pathOf,
      });
    });
  }
}
