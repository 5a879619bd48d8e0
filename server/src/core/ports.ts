/** What the core needs from outside. Everything here is made real in `io/` and faked in tests. */
import type { SettingsPlaces } from "./config/sources.ts";
import type { Advisory, AdvisoryFacts } from "./facts/advisory.ts";
import type { Fact } from "./facts/fact.ts";
import type { PackageFacts, Packument } from "./facts/package.ts";

/** An AbortSignal, as far as the core uses one. */
export interface Cancellation {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

/** How a registry is reached: proxies, certificates, credentials. Only who made it looks inside. */
export interface ConnectionRef {
  /** Equal where a registry is reached in the same way. It tells nothing of what is secret. */
  readonly id: string;
}

/** Files of a project that have names taken for private, so that no advisory service but their registry's is asked. */
export interface PrivateBy {
  /** URIs of the files that its package manager reads; they need not all say something. */
  readonly files: readonly string[];
  /** Whether it is a login that makes them private, or a registry of their own. */
  readonly why: "login" | "registry";
}

/** A registry that a package name resolves from. Two are the same where `registryKey` is. */
export interface RegistryRef {
  /** Base URL, ending in `/`, without credentials. */
  readonly url: string;
  /** Names that resolve from it may be sent to public advisory services. */
  readonly isPublic: boolean;
  /** The person, or a project that is trusted, configured it for the name, so that their package manager asks it too. Left out for npm's own, and for one that is named for this run alone. */
  readonly isConfigured?: true;
  /** The person named it for this run (`--registry`). Left out for npm's own. */
  readonly isNamedForRun?: true;
  /** Where it is private because of the project, and would not be by the person's own configuration. */
  readonly privateBy?: PrivateBy;
  /** How it is reached for this name; without: with nothing configured. */
  readonly connection?: ConnectionRef;
  /** Why nobody is asked for them, as a clause. `url` need not be an address then. */
  readonly refused?: string;
  /** It is refused for the host that a lockfile has it from, and nobody told whether that is the registry's. */
  readonly isHostUntold?: true;
}

/** What registries are compared and grouped by: another connection may give other answers. */
export function registryKey({ url, connection }: RegistryRef): string {
  return `${url} ${connection?.id ?? ""}`;
}

export interface PackageRef {
  readonly name: string;
  readonly registry: RegistryRef;
}

export interface ReleaseRef extends PackageRef {
  readonly version: string;
}

/** Package registries. Never throws but for cancellation: a failure is an unknown fact. */
export interface Registry {
  /** Which registry a name resolves from for a manifest in this folder (a URI): the same for all names of a scope. */
  resolve(name: string, folder: string): Promise<RegistryRef>;
  /** The registry that the folder's configuration has under a name of its own, for a package. Refused where it has none. */
  resolveNamed(registryName: string, name: string, folder: string): Promise<RegistryRef>;
  /** `abbreviated` may be answered with the full form where that is at hand. */
  packument(ref: PackageRef, detail: PackageFacts["detail"], cancel: Cancellation): Promise<Fact<Packument>>;
  /** The tarball's Last-Modified, ms since epoch: the release is at least as old as this says. */
  tarballModified(ref: ReleaseRef, tarball: string, cancel: Cancellation): Promise<Fact<number>>;
}

/** Advisory services. Never throws but for cancellation. */
export interface Advisories {
  /** One answer per release asked for, in order. */
  lookup(releases: readonly ReleaseRef[], cancel: Cancellation): Promise<readonly AdvisoryFacts[]>;
}

/** The catalogue of past incidents, as it is bundled or a later one: at hand at once, and offline. */
export interface Catalogue {
  /** Up to when its material was looked for, ms since epoch. */
  readonly asOf: number;
  advisories(name: string, version: string): readonly Advisory[];
  /** The version to go back to, as the incident's reports name it; null when they name none. */
  lastGood(name: string, version: string): string | null;
  /** Why this version is held to be clean although an advisory names it; null when nothing says so. */
  disputed(name: string, version: string): string | null;
}

export interface FileEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Files by URI. `unknown` with code `not-found` when there is none. */
export interface Files {
  read(uri: string, cancel: Cancellation): Promise<Fact<string>>;
  list(folder: string, cancel: Cancellation): Promise<Fact<readonly FileEntry[]>>;
}

/** The version control history of a file. Unknown where there is none, or it may not be asked. */
export interface History {
  /** The file's text in the commit that is checked out. */
  committed(uri: string, cancel: Cancellation): Promise<Fact<string>>;
  /**
   * The file's text at a moment (ms since epoch), by the newest commit up to then that changed it and that the commit
   * checked out goes back to. Looked for no longer than two seconds.
   */
  committedBy(uri: string, moment: number, cancel: Cancellation): Promise<Fact<CommittedText>>;
}

export interface CommittedText {
  readonly text: string;
  /** When its commit was made, by the clock of who made it; ms since epoch. */
  readonly at: number;
}

/** A program that nothing of the workspace has put there. */
export interface Program {
  /** Absolute. */
  readonly path: string;
  /** Variables for its process, in place of the same ones. What it starts by name comes from these folders too. */
  readonly env: { readonly PATH: string; readonly NoDefaultCurrentDirectoryInExePath: "1" };
}

export interface Clock {
  /** The moment that releases are judged at, ms since epoch. */
  now(): number;
  /** Set when judging as if it were an earlier moment: what came later is unknown. */
  readonly asOf: number | null;
  /** A monotonic clock for measuring work, ms. */
  elapsed(): number;
  /** Lets other work run: long synchronous work is cut at these. */
  breathe(): Promise<void>;
}

/** Where the person and the machine have settings, beside what the project says. */
export interface UserSettings {
  /** null: nowhere but in the environment. */
  readonly places: SettingsPlaces | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

export interface Ports {
  readonly registry: Registry;
  readonly advisories: Advisories;
  readonly catalogue: Catalogue;
  readonly files: Files;
  readonly history: History;
  readonly userSettings: UserSettings;
  readonly clock: Clock;
  readonly log: Logger;
}
