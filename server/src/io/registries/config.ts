/** What a package manager's configuration says of registries, in one form for all of them. */
import type { SettingsPlaces } from "../../core/config/sources.ts";
import type { Logger } from "../../core/ports.ts";
import { DEFAULT_CONNECTION_OPTIONS, type ConnectionOptions, type Credentials } from "../connection.ts";
import type { Destination } from "./address.ts";
import type { FileMemory } from "./file-memory.ts";
import type { RegistryScope } from "./registry-scope.ts";

export interface RegistryConfig {
  /** Where names without a scope resolve from, and those of scopes that have no registry of their own. */
  readonly registry: Destination;
  /** By scope, `@` included. */
  readonly scopes: ReadonlyMap<string, Destination>;
  /** By the name that a specifier gives before a colon. Only pnpm has such. */
  readonly named?: ReadonlyMap<string, Destination>;
  /**
   * What is known that may go along to a registry, for names of a scope (null: names without one). Already without
   * what is for another place; keys lead to hosts as in `.npmrc`. Of the scope it counts whether there is one, whether
   * `scopes` has it, and which it is only where `scopesWithLogin` has it.
   */
  readonly credentials: (url: string, scope: string | null) => Credentials;
  /** Of the texts among `credentials`, those of variables that a project's file lends to the registry's host alone. */
  readonly lent: (url: string, scope: string | null) => ReadonlySet<string>;
  /** A login is configured for the registry, whether or not it goes along with requests for packages. */
  readonly hasLogin: (url: string) => boolean;
  /** Hosts with a login, whether or not a name resolves from there. With their ports. */
  readonly loginHosts: ReadonlySet<string>;
  /** Scopes with a login that is for them alone: their names are private, wherever they resolve from. */
  readonly scopesWithLogin: ReadonlySet<string>;
  /** Which login the package manager would send along and we do not, with why, as a clause; null where there is none. */
  readonly withheld: (url: string, scope: string | null) => string | null;
  /** How an address is reached. The same object each time for the same host and protocol. */
  readonly options: (url: URL) => ConnectionOptions;
  /** Why the configuration is not known whole, as a clause; null when it is. Then a scope may have a registry of its own. */
  readonly unread: string | null;
}

/** What loading needs of the machine. */
export interface Machine {
  /** Without `shaped`. */
  readonly env: NodeJS.ProcessEnv;
  /** Variables that may be a project's word or the person's, by name: see script-environment.ts. */
  readonly shaped: ReadonlyMap<string, string>;
  /** The home folder. */
  readonly home: string;
  readonly places: SettingsPlaces;
  readonly log: Logger;
  /** The workspace is trusted: a file of the project may name others to be read. */
  readonly trusted: boolean;
  readonly files: FileMemory;
  /** The folder with the settings of the project; null: there is none. */
  readonly projectRoot: string | null;
  /** Hosts that the person's own configuration has to do with: what a project's file lends variables to. */
  readonly knownHosts: ReadonlySet<string>;
}

/**
 * Loads the configuration of one package manager. `project` null: what the person configured, and nothing else.
 * `version`: the manager's, null where none is stated.
 */
export type Load = (
  project: RegistryScope | null,
  machine: Machine,
  version: string | null,
) => Promise<RegistryConfig> | RegistryConfig;

export const NPMJS: Destination & { url: string } = { url: "https://registry.npmjs.org/", login: null };
export const YARNPKG: Destination & { url: string } = { url: "https://registry.yarnpkg.com/", login: null };
/** Where pnpm and Yarn look for `@jsr` when nobody says otherwise. https://jsr.io/docs/npm-compatibility */
export const JSR: Destination & { url: string } = { url: "https://npm.jsr.io/", login: null };

/** A configuration that could not be read: nobody is asked for names that it may have sent elsewhere. */
export function unreadable(reason: string): RegistryConfig {
  return {
    registry: { refused: reason },
    scopes: new Map(),
    credentials: () => ({}),
    lent: () => new Set(),
    hasLogin: () => false,
    loginHosts: new Set(),
    scopesWithLogin: new Set(),
    withheld: () => null,
    options: () => DEFAULT_CONNECTION_OPTIONS,
    unread: reason,
  };
}
