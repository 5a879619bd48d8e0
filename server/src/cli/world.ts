/** What the command line needs from outside. */
import type { Fact } from "../core/facts/fact.ts";
import type { Cancellation, Files, Ports } from "../core/ports.ts";
import type { GitIgnored } from "../core/project/left-out.ts";
import type { Settings } from "../core/settings/settings.ts";
import type { Excluded } from "../core/settings/suppressions.ts";
import type { Printed } from "./printed.ts";

export interface CliPorts extends Ports {
  /** Takes up a later catalogue, where there is one. Throws only the signal's reason. */
  refreshCatalogue(signal: AbortSignal): Promise<boolean>;
  /** All that is to be kept is on disk. */
  settled(): Promise<void>;
}

export interface CliPortOptions {
  readonly cacheDir: string | undefined;
  readonly cache: boolean;
  readonly asOf: number | null;
  readonly verbose: boolean;
  /** What is scanned or asked about, as URIs: no program is taken from there. */
  readonly folders: readonly string[];
}

/** What every command line needs, also one that only asks for help. */
export interface CliShell {
  readonly version: string;
  readonly stdout: Output;
  readonly stderr: Problems;
  readonly onInterrupt: (stop: () => void) => void;
}

/** What a command needs that reads files or asks for facts. */
export interface CliWorld extends Omit<CliShell, "onInterrupt"> {
  readonly cwd: string;
  readonly makePorts: (settings: Pick<Settings, "registry" | "osv" | "offline">, options: CliPortOptions) => CliPorts;
  readonly files: Files;
  /** Manifests and lockfiles below paths. */
  readonly find: (paths: readonly string[], options: FindOptions, cancel: Cancellation) => Promise<Found>;
  readonly writeFile: (path: string, text: string) => Promise<Fact<null>>;
  readonly toUri: (path: string) => string;
  readonly resolve: (path: string) => string;
  /** What a path leads to, or why that is not known. */
  readonly look: (path: string) => Promise<Fact<{ readonly isFolder: boolean }>>;
  /** A path as a person in the current folder would write it. */
  readonly displayPath: (uri: string) => string;
  /** The same for the JSON: with `/` everywhere; outside of the current folder, absolute. */
  readonly pathFromHere: (uri: string) => string;
}

export interface Output {
  /** As the terminal and the environment have it (terminal.ts); the options come on top (`isPainted`). */
  readonly hasColors: boolean;
  /** Characters in a line of the terminal; null for a pipe or a file. */
  readonly columns: number | null;
  /** Ends when all is written; a reader that has left counts as having read it. */
  readonly write: (text: Printed) => Promise<Fact<null>>;
}

/** Standard error. What it is given may hold anything: it writes what is fit for a terminal. */
export interface Problems {
  readonly showsProgress: boolean;
  /** Writes one line, whatever the text holds. */
  readonly line: (text: string) => void;
  /** Writes a text of several lines. */
  readonly lines: (text: string) => void;
}

export interface FindOptions {
  /** Globs. */
  readonly exclude: readonly string[];
  /** Whether `.gitignore` files are heeded. */
  readonly gitignore: boolean;
}

export interface Found {
  readonly uris: readonly string[];
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  /** What `exclude` left out. */
  readonly excluded: readonly Excluded[];
  readonly ignored: GitIgnored;
  /** `.gitignore` files that are not heeded whole. */
  readonly unheeded: readonly { readonly path: string; readonly reason: string }[];
}
