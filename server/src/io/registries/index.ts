/** Which registry a name resolves from in a folder, and how it is reached, as the project's package manager has it. */
import { oneLine } from "../../core/util/sanitize.ts";
import { NPMJS_HOSTS } from "../../core/facts/places.ts";
import type { Manager } from "../../core/project/manager.ts";
import type { LockfileFormat } from "../../core/model.ts";
import type { Logger, PrivateBy, RegistryRef, UserSettings } from "../../core/ports.ts";
import { DocumentStore } from "../../core/project/document-store.ts";
import { folderOf } from "../../core/util/uri.ts";
import { remembered } from "../../core/util/remembered.ts";
import { ProjectLocator } from "../../core/project/locate.ts";
import { createClock } from "../clock.ts";
import { createFiles } from "../files.ts";
import { Connection, oncePer, type ConnectionOptions } from "../connection.ts";
import { homeOf } from "../environment.ts";
import { ownEnvironment } from "../script-environment.ts";
import { settingsPlaces } from "../settings-places.ts";
import { pathOf, uriOf } from "../uri.ts";
import { baseUrl, destinationOf, isAt, loginInside, type Author, type Destination } from "./address.ts";
import { loadBun } from "./bun.ts";
import { addressesIn, connectionTo, withoutCertificate } from "./connection-to.ts";
import { NPMJS, unreadable, type Load, type Machine, type RegistryConfig } from "./config.ts";
import { kindOf } from "./error-kind.ts";
import { withEditorProxy, type HttpSettings } from "./http-settings.ts";
import { FileMemory } from "./file-memory.ts";
import { foreignScopes } from "./foreign-scopes.ts";
import { hostsKnownTo } from "./lent-variables.ts";
import { loadNpm } from "./npm.ts";
import { isThere } from "./plain-file.ts";
import { loadPnpm } from "./pnpm.ts";
import { isRecentPnpm } from "./pnpm-version.ts";
import { registryScopeOf, type RegistryScope } from "./registry-scope.ts";
import { settingsFiles } from "./settings-files.ts";
import { besideShaped } from "./shaped-settings.ts";
import { scopeOf } from "../../core/util/scope-of.ts";
import { loadYarnBerry } from "./yarn-berry.ts";
import { loadYarnClassic } from "./yarn-classic.ts";

const LOAD: Readonly<Record<LockfileFormat, Load>> = {
  npm: loadNpm,
  pnpm: loadPnpm,
  "yarn-classic": loadYarnClassic,
  "yarn-berry": loadYarnBerry,
  bun: loadBun,
};

export interface RegistryConfigsOptions {
  /** False: nothing from a workspace's own files chooses where anything is sent. */
  readonly trusted: boolean;
  /** Stands in for the default registry; scopes keep theirs. */
  readonly registry: string | null;
  /** Who named `registry`: without, nobody can tell, and it counts as the project's. */
  readonly registryAuthor?: Author;
  readonly log: Logger;
  /** The editor's own proxy; null where there is no editor. */
  readonly http?: HttpSettings | null;
  /** process.env, but for tests. It is not changed. */
  readonly env?: NodeJS.ProcessEnv;
  /** The folder that the process runs in; without, as it is. */
  readonly cwd?: string;
}

export interface ResolvedRegistry extends Omit<RegistryRef, "refused" | "privateBy"> {
  readonly connection: Connection;
  /** Why it may not be asked, as a clause; null when it may. Then `url` is no address. */
  readonly refused: string | null;
  readonly privateBy: PrivateBy | null;
}

/** A project's configuration beside what the person alone configured. */
interface Known {
  readonly whole: RegistryConfig;
  readonly personal: RegistryConfig;
  /** What the project says in a workspace that is not trusted: it only keeps names back. */
  readonly untrusted: RegistryConfig | null;
  /** Scopes that only the file of another package manager has a registry for, by that file. */
  readonly foreign: ReadonlyMap<string, string>;
  /** Files of the project with settings of registries, as URIs. */
  readonly files: readonly string[];
  /** Of all registries that the person configured. */
  readonly personalAddresses: ReadonlySet<string>;
  /** What was resolved so far, as `scopeKey` has it. */
  readonly byScope: Map<string, ResolvedRegistry>;
  /** What was resolved so far, by address and `loginKey`: a lockfile of thousands of packages has one or two. */
  readonly byAddress: Map<string, ResolvedRegistry>;
}

export class RegistryConfigs {
  /** Without what a project's files may have set of it. */
  readonly env: NodeJS.ProcessEnv;
  readonly #options: RegistryConfigsOptions;
  readonly #machine: Machine;
  readonly #override: Destination | null;
  readonly #folders = new Map<string, Promise<Known>>();
  /** By what is read for a project: thousands of workspaces may have one configuration. */
  readonly #projects = new Map<string, Promise<Known>>();
  readonly #personal = new Map<string, Promise<RegistryConfig>>();
  /** Scopes of other package managers' files, by the folders that these are looked for in. */
  readonly #foreign = new Map<string, Promise<ReadonlyMap<string, string>>>();
  readonly #told = new Set<string>();
  #locator = locatorOnDisk();
  readonly #reached = oncePer((options: ConnectionOptions) =>
    withEditorProxy(options, this.#options.http ?? null, this.env),
  );

  constructor(options: RegistryConfigsOptions) {
    this.#options = options;
    const { env, shaped } = ownEnvironment(options.env ?? process.env, options.cwd ?? process.cwd());
    this.env = env;
    const log = {
      info: (message: string) => options.log.info(message),
      warn: (message: string) => this.#warn(message),
    };
    this.#machine = {
      env,
      shaped,
      home: homeOf(env),
      places: settingsPlaces(env),
      log,
      trusted: options.trusted,
      files: new FileMemory(),
      projectRoot: null,
      knownHosts: new Set(),
    };
    this.#override = destinationOf(options.registry);
    if (options.registry !== null && this.#override === null)
      this.#warn("The setting registry is not an http or https address; it was ignored.");
  }

  /** `folder`: a URI. What is no folder on disk gets the user's own configuration for npm. */
  async resolve(name: string, folder: string): Promise<ResolvedRegistry> {
    const known = await this.#forFolder(folder);
    const scope = scopeOf(name);
    const key = scopeKey(known, scope);
    const present = known.byScope.get(key);
    if (present !== undefined) return present;
    const resolved = this.#at(
      this.#keptBack(known, scope) ?? foreignTo(known, scope) ?? this.#destination(known.whole, scope),
      scope,
      known,
    );
    known.byScope.set(key, resolved);
    return resolved;
  }

  /** The registry that a specifier names. */
  async resolveNamed(registryName: string, name: string, folder: string): Promise<ResolvedRegistry> {
    const known = await this.#forFolder(folder);
    return this.#at(namedIn(known, registryName), scopeOf(name), known);
  }

  #at(destination: Destination, scope: string | null, known: Known): ResolvedRegistry {
    const key = `${"url" in destination ? destination.url : destination.refused} ${loginKey(known, scope)}`;
    const present = known.byAddress.get(key);
    if (present !== undefined) return present;
    const resolved =
      "url" in destination ? this.#resolved(destination.url, scope, known) : refusal(destination.refused);
    known.byAddress.set(key, resolved);
    return resolved;
  }

  /** For hosts that are no registry: the user's own proxies and certificates, no credentials, nothing of a workspace. */
  async publicConnection(): Promise<Connection> {
    const { options } = await this.#personalOf(null);
    return new Connection({
      options: (url) => withoutCertificate(this.#reached(options(url))),
      credentials: () => ({}),
      registry: NPMJS.url,
    });
  }

  /** Files are read anew when next asked. */
  refresh(): void {
    this.#folders.clear();
    this.#projects.clear();
    this.#personal.clear();
    this.#told.clear();
    this.#foreign.clear();
    this.#machine.files.clear();
    this.#locator = locatorOnDisk();
  }

  #destination({ registry, scopes, unread }: RegistryConfig, scope: string | null): Destination {
    const own = scope === null ? undefined : scopes.get(scope);
    if (own !== undefined) return own;
    if (scope !== null && unread !== null) return { refused: unread };
    return this.#override ?? registry;
  }

  /**
   * A workspace that is not trusted sends nothing anywhere, but where it says that names are private they are not asked
   * for at the user's registry either.
   */
  #keptBack({ personal, untrusted }: Known, scope: string | null): Destination | null {
    if (untrusted === null) return null;
    const own = this.#destination(personal, scope);
    if (scope !== null && personal.scopes.has(scope) && !("url" in own && this.#isPublic(own.url, personal)))
      return null;
    const wanted = this.#destination(untrusted, scope);
    if ("refused" in wanted) {
      if (scope === null) return null;
      return untrusted.scopes.has(scope) ? KEPT_BACK : untrusted.unread === null ? null : wanted;
    }
    if (isAt(own, wanted.url) || this.#isPublic(wanted.url, untrusted)) return null;
    return KEPT_BACK;
  }

  /**
   * A name may go to public advisory services when it resolves from the public registry, or from a default registry,
   * also one that was named for this run, that asks for no login. A scope that has a registry of its own, and a default
   * registry with a login, are taken to hold private names.
   */
  #isPublic(url: string, config: RegistryConfig): boolean {
    if (NPMJS_HOSTS.has(new URL(url).host)) return true;
    const usual = this.#override ?? config.registry;
    if (!("url" in usual) || usual.url !== url) return false;
    return usual.login === null && !config.hasLogin(url);
  }

  #resolved(url: string, scope: string | null, known: Known): ResolvedRegistry {
    const { whole, personal, untrusted, personalAddresses } = known;
    const inside = this.#override === null ? null : loginInside(this.#override);
    const parts = {
      url,
      scope,
      whole,
      personal,
      inside,
      isPersons: this.#isPersonsOverride(url) || personalAddresses.has(url),
      reached: this.#reached,
      readFile: (path: string) => this.#machine.files.text(path),
    };
    const isPrivate =
      scope !== null && [whole, untrusted].some((config) => config?.scopesWithLogin.has(scope) === true);
    const isPublic = !isPrivate && this.#isPublic(url, whole);
    const privateBy =
      isPublic || this.#isPrivateByPerson(url, scope, known) ? null : privateByProject(url, scope, known);
    const isOverride = this.#override !== null && "url" in this.#override && this.#override.url === url;
    const isNpmjs = NPMJS_HOSTS.has(new URL(url).host);
    return {
      url,
      isPublic,
      ...(isOverride || isNpmjs ? {} : { isConfigured: true }),
      ...(isOverride && !isNpmjs && this.#isPersonsOverride(url) ? { isNamedForRun: true } : {}),
      connection: connectionTo(parts),
      refused: null,
      privateBy,
    };
  }

  /** Whether the person named the address for this run. */
  #isPersonsOverride(url: string): boolean {
    return this.#options.registryAuthor === "person" && baseUrl(this.#options.registry) === url;
  }

  /** Whether names from there are private whatever the project says: its registry has a login of the person's, or is the person's for some names only. */
  #isPrivateByPerson(url: string, scope: string | null, { personal, personalAddresses }: Known): boolean {
    const override = this.#override;
    if (override !== null && "url" in override && override.url === url && override.login !== null) return true;
    if (scope !== null && personal.scopesWithLogin.has(scope)) return true;
    return personal.hasLogin(url) || (personalAddresses.has(url) && !isAt(personal.registry, url));
  }

  async #forFolder(folder: string): Promise<Known> {
    const path = pathOf(folder) ?? "";
    let found = this.#folders.get(path);
    if (found === undefined) {
      found = this.#forProject(path);
      this.#folders.set(path, found);
    }
    return found;
  }

  async #forProject(path: string): Promise<Known> {
    const scope = path === "" ? null : await registryScopeOf(path, this.#locator);
    const project = scope === null || readsWorkspaces(scope.manager) ? scope : { ...scope, own: scope.root };
    const key = this.#settingsKey(project);
    const found = this.#projects.get(key) ?? this.#load(project);
    this.#projects.set(key, found);
    return found;
  }

  /** Equal where the same files are read in the same order, so that workspaces without files of their own share one configuration. */
  #settingsKey(project: RegistryScope | null): string {
    if (project === null) return "";
    const { own, root, ...others } = project;
    const files = settingsOf(project, this.#machine);
    const hasOwn = own === root || files.some((file) => folderOf(file) === uriOf(own));
    return JSON.stringify({ ...others, root, files, hasOwn });
  }

  async #load(project: RegistryScope | null): Promise<Known> {
    const personal = await this.#personalOf(project);
    const none = { personalAddresses: addressesIn(personal), byScope: new Map(), byAddress: new Map() };
    if (project === null) return { whole: personal, personal, untrusted: null, foreign: new Map(), files: [], ...none };
    const files = settingsOf(project, this.#machine);
    const machine = {
      ...this.#machine,
      env: this.#options.trusted ? this.env : withoutVariables(this.env),
      knownHosts: hostsKnownTo(personal),
      projectRoot: project.root,
    };
    const whole = await this.#configOf(project.manager, project, machine);
    const foreign = await remembered(this.#foreign, JSON.stringify({ ...project, own: "" }), () =>
      foreignScopes(
        project,
        (manager, of) => this.#configOf(manager, of, { ...machine, log: QUIET }),
        (host) => NPMJS_HOSTS.has(host) || host === JSR_HOST,
      ),
    );
    if (this.#options.trusted) return { whole, personal, untrusted: null, foreign, files, ...none };
    return { whole: personal, personal, untrusted: whole, foreign, files, ...none };
  }

  /** What the person configured for the package manager of a project; null: for npm. */
  #personalOf(project: RegistryScope | null): Promise<RegistryConfig> {
    const manager = project?.manager ?? { kind: "npm", version: null };
    const key = `${manager.kind} ${manager.version ?? ""}`;
    let config = this.#personal.get(key);
    if (config === undefined) {
      config = this.#configOf(manager, null, this.#machine);
      this.#personal.set(key, config);
    }
    return config;
  }

  async #configOf(
    { kind, version }: Manager,
    project: RegistryScope | null,
    machine: Machine,
  ): Promise<RegistryConfig> {
    try {
      return besideShaped(await LOAD[kind](project, machine, version), { kind, version }, machine);
    } catch (error) {
      const reason = `the configuration of ${project?.root ?? kind} could not be read (${kindOf(error)})`;
      this.#warn(`${reason}.`);
      return unreadable(reason);
    }
  }

  #warn(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#options.log.warn(message);
  }
}

/** The files of a project with settings of registries that are there, the nearest first; as URIs. */
function settingsOf(project: RegistryScope, { places }: Machine): readonly string[] {
  return settingsFiles(project.manager, project, places)
    .filter(({ author, path }) => author === "project" && isThere(path))
    .map(({ path }) => uriOf(path));
}

function privateByProject(url: string, scope: string | null, { whole, untrusted, files }: Known): PrivateBy {
  const isLogin = [whole, untrusted].some(
    (config) => config?.hasLogin(url) === true || (scope !== null && config?.scopesWithLogin.has(scope) === true),
  );
  return { files, why: isLogin ? "login" : "registry" };
}

/** As files are on disk, whatever an editor shows: package managers read them there. */
function locatorOnDisk(): ProjectLocator {
  const files = createFiles();
  const store = new DocumentStore({ files, clock: createClock(null), userSettings: NOWHERE }, true);
  return new ProjectLocator({ store, files, limit: null, opened: [], cancel: new AbortController().signal });
}

/** Settings do not decide where a project is. */
const NOWHERE: UserSettings = { places: null, env: {} };

/** Whether a workspace's own files count beside those of the root. */
function readsWorkspaces({ kind, version }: Manager): boolean {
  return kind === "yarn-berry" || kind === "yarn-classic" || (kind === "pnpm" && !isRecentPnpm(version));
}

/** What is wrong with another package manager's files is not told: nobody follows them. */
const QUIET: Logger = { info: () => undefined, warn: () => undefined };
const JSR_HOST = "npm.jsr.io";

/** What decides where names of a scope resolve from. Scopes that nobody names have one key together. */
function scopeKey({ whole, personal, untrusted, foreign }: Known, scope: string | null): string {
  if (scope === null) return "";
  const isNamed = [whole, personal, untrusted].some(
    (config) => config?.scopes.has(scope) === true || config?.scopesWithLogin.has(scope) === true,
  );
  return isNamed || foreign.has(scope) ? scope : "@";
}

/**
 * What decides which login goes along to an address: a login of the scope's own, whether there is a scope (Yarn Berry
 * need not send one for names without), and whether the scope has a registry of its own (Bun sends none of others').
 */
function loginKey({ whole, personal, untrusted }: Known, scope: string | null): string {
  if (scope === null) return "";
  const configs = [whole, personal, ...(untrusted === null ? [] : [untrusted])];
  if (configs.some(({ scopesWithLogin }) => scopesWithLogin.has(scope))) return scope;
  return `@${configs.map(({ scopes }) => Number(scopes.has(scope))).join("")}`;
}

/** A name may mean another registry in a file that could not be read, and in a workspace that is not trusted. */
function namedIn({ whole, untrusted }: Known, name: string): Destination {
  const unread = whole.unread ?? untrusted?.unread ?? null;
  if (unread !== null) return { refused: unread };
  const own = whole.named?.get(name) ?? null;
  const wanted = untrusted === null ? own : (untrusted.named?.get(name) ?? null);
  if (wanted === null) return { refused: `the project's configuration has no registry called ${oneLine(name, 80)}` };
  return JSON.stringify(own) === JSON.stringify(wanted) ? wanted : KEPT_BACK;
}

/** Whoever wrote that file holds the scope for private. */
function foreignTo({ whole, foreign }: Known, scope: string | null): Destination | null {
  const file = scope === null || whole.scopes.has(scope) ? undefined : foreign.get(scope);
  return file === undefined
    ? null
    : { refused: `${file} has a registry for ${scope ?? ""}, and the project's package manager does not read it` };
}

const KEPT_BACK: Destination = { refused: "the workspace, which is not trusted, names a private registry for it" };

const NO_CONNECTION = new Connection({
  options: () => {
    throw new Error("a registry that may not be asked");
  },
  credentials: () => ({}),
  registry: NPMJS.url,
});

function refusal(reason: string): ResolvedRegistry {
  return {
    url: `refused:${encodeURIComponent(reason)}`,
    isPublic: false,
    connection: NO_CONNECTION,
    refused: reason,
    privateBy: null,
  };
}

/** The settings of package managers themselves stay: they are the person's. */
function withoutVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      /^(npm_config_|pnpm_config_|yarn_|bun_config_|xdg_config_home$|localappdata$|home$|userprofile$)/i.test(name),
    ),
  );
}
