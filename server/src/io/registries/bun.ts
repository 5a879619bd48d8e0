/** Bun: `bunfig.toml` before `.npmrc`, the project's before the person's. */
import { dirname, resolve } from "node:path";
import { entryAt, mapAt, scalarAt, scalarsAt, type ConfigValue } from "../../core/documents/config/tree.ts";
import { expandBun, joined } from "../../core/config/variables.ts";
import { DEFAULT_CONNECTION_OPTIONS, type ConnectionOptions, type Credentials } from "../connection.ts";
import { baseUrl, destinationOf, isAt, nerfDart, type Author, type Destination } from "./address.ts";
import { variable } from "../environment.ts";
import { bunEnvironment, NO_ENVIRONMENT_FILES, REGISTRY_VARIABLES, type BunEnvironment } from "./bun-environment.ts";
import { authoritiesFile } from "./certificate-file.ts";
import { NPMJS, type Load, type Machine } from "./config.ts";
import { readConfigFile, type ConfigFile } from "./config-file.ts";
import { isForHostAlone, whyNotLent } from "./lent-variables.ts";
import { destinationFrom, noAddress, readNpmrc } from "./npmrc.ts";
import { settingsFiles } from "./settings-files.ts";
import { configOf, scopesAmong, settle } from "./merge-npmrc.ts";

/** One `registry`, or one of `[install.scopes]`. */
interface Entry {
  /** Null: the default registry, with the credentials that stand here. */
  readonly where: Destination | null;
  readonly secrets: Readonly<Record<string, string>>;
  /** The variables of the environment that they are taken from. */
  readonly variables: readonly string[];
  readonly author: Author;
  /** The file that says it. */
  readonly path: string;
}

interface Bunfig extends ConfigFile {
  readonly author: Author;
}

/**
 * - `[install]`: https://bun.com/docs/runtime/bunfig#install-registry, src/bunfig.zig
 * - `.npmrc`: https://bun.com/docs/pm/npmrc, src/ini.zig
 * - the environment: src/install/PackageManager/PackageManagerOptions.zig. Unlike Bun, `BUN_CONFIG_TOKEN` goes to the
 *   person's own default registry alone, not to one that a project names.
 * - `.env` and its like in the project: as the environment, behind it variable by variable; `env = false` turns them off
 */
export const loadBun: Load = (project, machine) => {
  const { env } = machine;
  const sources = settingsFiles({ kind: "bun", version: null }, project, machine.places);
  const files: readonly Bunfig[] = sources
    .filter(({ kind }) => kind === "bunfig")
    .map(({ path, author }) => ({ ...readConfigFile(path, "bunfig", machine), author }));
  const npmrcs = sources
    .filter(({ kind }) => kind === "npmrc")
    .map(({ path, author }) => ({ author, ...readNpmrc(path, { author, expandsCredentials: true }, machine) }));
  const personalNpmrcs = npmrcs.filter(({ author }) => author === "person");
  const npmrc = settle(
    npmrcs.toReversed().map(({ values }) => values),
    machine,
  );
  const variables =
    project === null || isWithoutEnvironment(files) ? NO_ENVIRONMENT_FILES : bunEnvironment(project.root, env);
  const unread = [...npmrcs, variables, ...files].find((layer) => layer.unread !== null)?.unread ?? null;

  const usual = defaultOf(files, variables, machine) ?? {
    where: npmrc.destinations.get("registry") ?? NPMJS,
    secrets: {},
    variables: [],
    author: "project",
    path: ".npmrc",
  };
  const persons =
    defaultOf(
      files.filter(({ author }) => author === "person"),
      NO_ENVIRONMENT_FILES,
      machine,
    )?.where ??
    settle(
      personalNpmrcs.map(({ values }) => values),
      machine,
    ).destinations.get("registry") ??
    NPMJS;
  const entries = scopeEntries(files, machine);
  const registry = usual.where ?? NPMJS;
  const scopes = scopesAmong(npmrc);
  for (const [scope, { where }] of entries) scopes.set(scope, where ?? registry);
  const options = optionsOf(files, npmrc.options, machine);
  const token = variable(env, "BUN_CONFIG_TOKEN", "NPM_CONFIG_TOKEN", "npm_config_token");

  const config = configOf(npmrc, unread);
  const withSecrets = new Set(
    [usual, ...entries.values()].flatMap((entry) => {
      const where = entry.where ?? registry;
      return hasSecrets(entry) && "url" in where ? [where.url] : [];
    }),
  );
  const entryFor = (scope: string | null): Entry | null =>
    scope === null ? usual : (entries.get(scope) ?? (scopes.has(scope) ? null : usual));
  const isMeantFor = (entry: Entry | null, url: string): entry is Entry =>
    entry !== null &&
    (entry.where === null ? entry.author === "project" || isAt(persons, url) : isAt(entry.where, url));
  const whyWithheld = ({ author, variables, path }: Entry, url: string): string | null =>
    author === "person"
      ? null
      : whyNotLent(variables, { host: new URL(url).host, knownHosts: machine.knownHosts, path });
  const credentials = (url: string, scope: string | null): Credentials => {
    const entry = entryFor(scope);
    const isFor = isMeantFor(entry, url) && whyWithheld(entry, url) === null;
    const fromEnvironment = token !== null && entry === usual && isAt(persons, url) ? { _authToken: token } : {};
    const secrets = isFor ? { ...entry.secrets, ...fromEnvironment } : fromEnvironment;
    return {
      ...config.credentials(url, scope),
      ...Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [`${nerfDart(url)}:${key}`, secret])),
    };
  };
  return {
    ...config,
    registry: unread === null ? registry : { refused: unread },
    scopes,
    credentials,
    lent: (url, scope) => {
      const entry = entryFor(scope);
      const isLent = isMeantFor(entry, url) && entry.author === "project" && isForHostAlone(entry.variables);
      return new Set([...config.lent(url, scope), ...(isLent ? Object.values(entry.secrets) : [])]);
    },
    withheld: (url, scope) => {
      const entry = entryFor(scope);
      return (isMeantFor(entry, url) ? whyWithheld(entry, url) : null) ?? config.withheld(url, scope);
    },
    loginHosts: new Set([...config.loginHosts, ...[...withSecrets].map((url) => new URL(url).host)]),
    hasLogin: (url) =>
      config.hasLogin(url) || ((token !== null || variables.hasToken) && isAt(registry, url)) || withSecrets.has(url),
    scopesWithLogin: new Set([...entries].filter(([, entry]) => hasSecrets(entry)).map(([scope]) => scope)),
    options: () => options,
  };
};

function hasSecrets({ secrets }: Entry): boolean {
  return Object.keys(secrets).length > 0;
}

function isWithoutEnvironment(files: readonly Bunfig[]): boolean {
  return files.some(({ author, settings }) => author === "project" && scalarAt(settings, "env")?.value === false);
}

function defaultOf(files: readonly Bunfig[], { registries }: BunEnvironment, machine: Machine): Entry | null {
  for (const name of REGISTRY_VARIABLES) {
    const text = variable(machine.env, name);
    const where = text === null ? null : (destinationOf(text) ?? noAddress(name, "the environment"));
    if (where !== null) return { where, secrets: secretsIn(where), variables: [], author: "person", path: "" };
    const own = registries.get(name);
    if (own === undefined) continue;
    const { value, path } = own;
    const destination = destinationFrom([{ text: value, variable: null }], "project", path, name);
    return { where: destination, secrets: secretsIn(destination), variables: [], author: "project", path };
  }
  for (const file of files) {
    const value = entryAt(file.settings, "install", "registry")?.value;
    const entry = value === undefined ? null : entryOf(value, file, "install.registry", machine);
    if (entry !== null && (entry.where !== null || hasSecrets(entry))) return entry;
  }
  return null;
}

function scopeEntries(files: readonly Bunfig[], machine: Machine): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const file of files) {
    for (const { key, value } of mapAt(file.settings, "install", "scopes").entries.values()) {
      const scope = key.startsWith("@") ? key : `@${key}`;
      if (!entries.has(scope)) entries.set(scope, entryOf(value, file, `install.scopes.${key}`, machine));
    }
  }
  return entries;
}

/** An empty text, or none, is no address of its own. */
function entryOf(value: ConfigValue, { path, author }: Bunfig, key: string, { env }: Machine): Entry {
  if (value.kind === "list") return { where: noAddress(key, path), secrets: {}, variables: [], author, path };
  const { text } = (value.kind === "scalar" ? value : scalarAt(value, "url")) ?? { text: "" };
  const written = (name: string): string => (value.kind === "map" ? (scalarAt(value, name)?.text ?? "") : "");
  const [token, username, password] = [written("token"), written("username"), written("password")];
  const secrets = secretsFrom(filledIn(token, env), filledIn(username, env), filledIn(password, env));
  const variables = [token, username, password, ...partsOfLogin(text)].flatMap((part) => variableIn(part, env) ?? []);
  const entry = { variables, author, path };
  if (text === "") return { ...entry, where: null, secrets };
  const where = destinationFrom(expandBun(text, env), author, path, key);
  return { ...entry, where, secrets: { ...secretsIn(where, text, env), ...secrets } };
}

/** A variable is the whole text, `$NAME`: nothing else is filled in. */
function filledIn(text: string, env: NodeJS.ProcessEnv): string {
  const pieces = expandBun(text, env);
  return pieces === null ? text : joined(pieces);
}

/** The name of the variable that a text stands for; null where it stands for itself. */
function variableIn(text: string, env: NodeJS.ProcessEnv): string | null {
  return expandBun(text, env)?.[0]?.variable ?? null;
}

/** The user name and the password inside an address, as they are written there. */
function partsOfLogin(text: string): readonly string[] {
  if (baseUrl(text) === null) return [];
  const { username, password } = new URL(text);
  return [username, password];
}

/** A password without a user name is a token. Within an address, each of the two may be `$NAME`. */
function secretsIn(where: Destination, text = "", env: NodeJS.ProcessEnv = {}): Readonly<Record<string, string>> {
  if (baseUrl(text) !== null) {
    const [username = "", password = ""] = partsOfLogin(text);
    return secretsFrom(
      username === "" ? filledIn(password, env) : "",
      filledIn(username, env),
      filledIn(password, env),
    );
  }
  return "url" in where && where.login !== null ? secretsFrom("", where.login.username, where.login.password) : {};
}

function secretsFrom(token: string, username: string, password: string): Readonly<Record<string, string>> {
  if (token !== "") return { _authToken: token };
  return username === "" || password === "" ? {} : { _auth: Buffer.from(`${username}:${password}`).toString("base64") };
}

function optionsOf(
  files: readonly Bunfig[],
  { ca: npmrcCa, strictSSL, proxy, noProxy }: ConnectionOptions,
  machine: Machine,
): ConnectionOptions {
  let ca = npmrcCa;
  for (const { path, settings, author } of files.toReversed()) {
    const texts = scalarsAt(settings, "install", "ca").map(({ text }) => text);
    const file = scalarAt(settings, "install", "cafile")?.text;
    const named = file === undefined ? null : authoritiesFile(resolve(dirname(path), file), author, machine);
    if (texts.length > 0) ca = texts;
    else if (named !== null && "path" in named) ca = machine.files.pem(named.path) ?? ca;
  }
  return { ...DEFAULT_CONNECTION_OPTIONS, ca, strictSSL, proxy, noProxy };
}
