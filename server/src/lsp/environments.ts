import { DocumentStore } from "../core/project/document-store.ts";
import type { Cancellation, Files, Ports, Program } from "../core/ports.ts";
import type { Settings } from "../core/settings/settings.ts";
import type { GitIgnored } from "../core/project/left-out.ts";
import type { Excluded } from "../core/settings/suppressions.ts";
import type { InitializationOptions } from "./initialization.ts";
import { overlayFiles } from "./overlay-files.ts";
import type { SettingsSource } from "./settings-source.ts";

export interface FoundDocuments {
  readonly uris: readonly string[];
  readonly excluded: readonly Excluded[];
  readonly ignored: GitIgnored;
}

/** The ports with what a long-lived server needs of them beside. */
export interface ServerPorts extends Ports {
  /** The manifests and lockfiles below a folder, as URIs, and what `exclude` and `.gitignore` files leave out of them. */
  find(folder: string, exclude: readonly string[], cancel: Cancellation): Promise<FoundDocuments>;
  /** Files as they are on disk, whatever the editor shows. */
  readonly disk: Files;
  /** A program outside the folders that are open; null: there is none. `extensions`: of files that Windows runs. */
  findProgram(name: string, extensions: readonly string[]): Program | null;
  clearCache(): Promise<void>;
  /** Reads configuration files anew when next needed. */
  refreshConfiguration(): void;
  /** When facts last came from the network, ms since epoch; null: not yet. */
  lastFresh(): number | null;
  /** Takes up a later catalogue, where there is one. Whether another one holds now. Throws only the signal's reason. */
  refreshCatalogue(signal: AbortSignal): Promise<boolean>;
  /** All that is to be kept is on disk. */
  settled(): Promise<void>;
}

/** What the ports are made from. Two resources with the same ones share them. */
export type PortsSettings = Pick<Settings, "registry" | "osv" | "offline">;

/** Gives a plain object: the methods of a class do not come along when it is spread. */
export type MakePorts = (settings: PortsSettings) => ServerPorts;

/** `folders`: those that the editor has open at the time, as URIs. */
export type MakePortsForClient = (
  settings: PortsSettings,
  options: InitializationOptions,
  folders: () => readonly string[],
) => ServerPorts;

interface World {
  readonly ports: ServerPorts;
  readonly store: DocumentStore;
}

/** What a folder is checked with. */
export interface Environment extends World {
  readonly settings: Settings;
  /** The same where the ports are. */
  readonly key: string;
}

/** One set of ports for each way in which settings say to reach the world. */
export class Environments {
  readonly #kept = new Map<string, World>();

  constructor(
    private readonly settings: Pick<SettingsSource, "of">,
    private readonly makePorts: MakePorts,
    private readonly openText: (uri: string) => string | null,
    /** Told of ports as they are made. */
    private readonly made: (ports: ServerPorts) => void,
    /** The workspace is trusted. */
    readonly trusted: boolean,
  ) {}

  /** Rejects when the client does not answer for its settings. */
  async at(folder: string): Promise<Environment> {
    const settings = await this.settings.of(folder);
    return { ...this.#world(settings), settings, key: keyOf(settings) };
  }

  refresh(): void {
    for (const { ports } of this.#kept.values()) ports.refreshConfiguration();
  }

  async clearCache(): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ ports }) => ports.clearCache()));
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ ports }) => ports.settled()));
  }

  lastFresh(): number | null {
    const times = [...this.#kept.values()].map(({ ports }) => ports.lastFresh()).filter((at) => at !== null);
    return times.length === 0 ? null : Math.max(...times);
  }

  #world(settings: PortsSettings): World {
    const { registry, osv, offline } = settings;
    const key = keyOf(settings);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const made = this.makePorts({ registry, osv, offline });
    const ports: ServerPorts = { ...made, files: overlayFiles(made.files, this.openText) };
    const world = { ports, store: new DocumentStore(ports, this.trusted) };
    this.#kept.set(key, world);
    this.made(made);
    return world;
  }
}

function keyOf({ registry, osv, offline }: PortsSettings): string {
  return JSON.stringify([registry, osv.enabled, osv.url, offline]);
}
