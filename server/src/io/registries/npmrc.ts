/** One `.npmrc`, as every package manager that reads such files takes it. */
import { basename, dirname, resolve } from "node:path";
import { scalarAt, type ConfigEntry, type ConfigMap } from "../../core/documents/config/tree.ts";
import { expandNpm, filledIn, joined, type Pieces } from "../../core/config/variables.ts";
import { addressText, destinationOf, type Author, type Destination } from "./address.ts";
import { authoritiesFile, clientCertificateFile } from "./certificate-file.ts";
import type { Machine } from "./config.ts";
import { isForHostAlone, variablesIn, whyNotLent } from "./lent-variables.ts";
import type { Values } from "./npm-library.ts";

/** Keys whose effect on requests npm's own definitions work out. */
export const REQUEST_KEYS = new Set([
  "ca",
  "cafile",
  "cert",
  "key",
  "https-proxy",
  "proxy",
  "noproxy",
  "strict-ssl",
  "local-address",
]);
const PROXY_KEYS = new Set(["https-proxy", "proxy", "http-proxy"]);
export const SCOPED_REGISTRY = /^(@[^/]+):registry$/i;

export interface NpmrcLayer {
  /**
   * Settings; for an address a Destination, so that one that may not be followed hides what a weaker layer says. Null
   * for a scope's: it has no registry of its own, whatever a weaker layer says.
   */
  readonly values: Values;
  /** Other files that a project's `.npmrc` names, as absolute paths. */
  readonly named?: Partial<Readonly<Record<NamedFile, string>>>;
  /** Why the file could not be taken in, as a clause; null when it was, or is not there. */
  readonly unread: string | null;
}

export const NAMED_FILES = ["userconfig", "globalconfig"] as const;
export type NamedFile = (typeof NAMED_FILES)[number];

/** In place of a credential that is written down and not used: its registry is one with a login all the same. */
export class Withheld {
  /** @param why as a clause; null where the package manager does not use it either */
  constructor(readonly why: string | null) {}
}

/** A credential out of variables that a project's file lends to its host alone. */
export class Lent {
  constructor(readonly text: string) {}
}

export const NO_LAYER: NpmrcLayer = { values: {}, unread: null };

export interface NpmrcReading {
  readonly author: Author;
  /** Whether variables are filled in in credentials. */
  readonly expandsCredentials: boolean;
  /** Stops at an empty registry of a scope. The others take the default registry for it. */
  readonly stopsAtEmpty?: boolean;
}

/**
 * https://docs.npmjs.com/cli/v11/configuring-npm/npmrc. As with npm, a folder of that name or a file that one may not
 * read is left out; but what would never end is not passed over in silence.
 */
export function readNpmrc(
  path: string,
  { author, expandsCredentials, stopsAtEmpty = false }: NpmrcReading,
  machine: Machine,
): NpmrcLayer {
  const { env, home, log, files, knownHosts } = machine;
  const file = files.plain(path);
  if (file.kind === "absent") return NO_LAYER;
  if (file.kind === "refused") {
    log.warn(`${path} is not a file that can be read (${file.code}); it was ignored.`);
    return NO_LAYER;
  }
  const tree = file.kind === "text" ? files.tree(path, "npmrc", file.text) : null;
  if (tree === null || tree.problems.length > 0)
    return { values: {}, unread: `${basename(path)} could not be read whole` };
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const written of tree.root.entries.values()) {
    const text = textOf(written);
    const { key: rawKey } = written;
    const key = rawKey.includes("${") ? filledIn("npmrc", rawKey, env) : rawKey;
    if (key === null) continue;
    if (key === "registry" || SCOPED_REGISTRY.test(key)) {
      if (text === "" && key !== "registry" && !stopsAtEmpty) values[key] = null;
      else
        values[key] =
          typeof text === "string" ? destinationFrom(expandNpm(text, env), author, path, key) : noAddress(key, path);
    } else if (key.startsWith("//")) {
      const pieces = typeof text === "string" ? expandNpm(text, env) : null;
      const variables = pieces === null ? [] : variablesIn(pieces);
      const isPlain = rawKey === key && (typeof text !== "string" || (pieces !== null && variables.length === 0));
      if (!isPlain && !expandsCredentials)
        log.warn(`${path}: variables are not substituted in ${rawKey.replace(/^.*:/, "")}; it was ignored.`);
      if (pieces === null || (!isPlain && !expandsCredentials)) values[key] = new Withheld(null);
      else if (/:(certfile|keyfile)$/.test(key)) {
        const file = clientCertificateFile(pathFrom(joined(pieces), path, home), author, machine);
        values[key] = "withheld" in file ? new Withheld(file.withheld) : file.path;
      } else {
        const why = author === "person" ? null : whyNotLent(variables, { host: hostOfKey(key), knownHosts, path });
        const text = joined(pieces);
        const isLent = author === "project" && isForHostAlone(variables);
        values[key] = why !== null ? new Withheld(why) : isLent ? new Lent(text) : text;
      }
    } else if (REQUEST_KEYS.has(key)) {
      const value = requestValue(key, text, author, path, machine);
      if (value !== undefined) values[key] = value;
    }
  }
  return { values, named: author === "project" ? namedIn(tree.root, path, { env, home }) : {}, unread: null };
}

function namedIn(
  settings: ConfigMap,
  path: string,
  { env, home }: Pick<Machine, "env" | "home">,
): NonNullable<NpmrcLayer["named"]> {
  return Object.fromEntries(
    NAMED_FILES.flatMap((key) => {
      const text = scalarAt(settings, key)?.text ?? "";
      const filled = text === "" ? null : filledIn("npmrc", text, env);
      return filled === null ? [] : [[key, pathFrom(filled, path, home)]];
    }),
  );
}

/** The host of a credential, with its port: `registry.example:8443` of `//registry.example:8443/npm/:_authToken`. */
function hostOfKey(key: string): string {
  const address = `https:${key.slice(0, key.lastIndexOf(":"))}`;
  return URL.canParse(address) ? new URL(address).host : address;
}

function textOf({ value }: ConfigEntry): string | boolean | null | readonly string[] {
  if (value.kind === "list") return value.items.flatMap((item) => (item.kind === "scalar" ? [item.text] : []));
  if (value.kind === "map") return null;
  return typeof value.value === "boolean" ? value.value : value.value === null ? null : value.text;
}

function requestValue(
  key: string,
  text: ReturnType<typeof textOf>,
  author: Author,
  path: string,
  machine: Machine,
): unknown {
  const { env, home, log } = machine;
  if (key === "strict-ssl") return text !== false;
  if (typeof text === "object" && text !== null) return text.flatMap((line) => linesOf(key, line));
  if (typeof text !== "string") return undefined;
  if (PROXY_KEYS.has(key)) {
    const pieces = expandNpm(text, env);
    const address = pieces === null ? null : addressText(pieces, author);
    if (address !== null) return address;
    log.warn(`The setting ${key} in ${path} puts an environment variable into an address; it was ignored.`);
    return undefined;
  }
  const pieces = expandNpm(text, env);
  if (pieces === null) return undefined;
  if (key === "cafile") {
    const file = authoritiesFile(pathFrom(joined(pieces), path, home), author, machine);
    return "withheld" in file ? undefined : file.path;
  }
  const isClients = author === "project" && (key === "cert" || key === "key");
  const why = isClients ? whyNotLent(variablesIn(pieces), { host: EVERY_REGISTRY, knownHosts: new Set(), path }) : null;
  if (why !== null) log.warn(`${path}: ${why}.`);
  return why === null ? linesOf(key, joined(pieces))[0] : undefined;
}

const EVERY_REGISTRY = "every registry";

/** A certificate on one line has its ends of lines written out. https://docs.npmjs.com/cli/v11/using-npm/config#cert */
function linesOf(key: string, text: string): readonly string[] {
  return [key === "ca" || key === "cert" || key === "key" ? text.replaceAll("\\n", "\n") : text];
}

function pathFrom(value: string, file: string, home: string): string {
  return /^~[/\\]/.test(value) ? resolve(home, value.slice(2)) : resolve(dirname(file), value);
}

export function destinationFrom(pieces: Pieces, author: Author, path: string, key: string): Destination {
  if (pieces === null) return { refused: `${key} in ${basename(path)} names an environment variable that is not set` };
  const text = addressText(pieces, author);
  if (text === null) return { refused: `${key} in ${basename(path)} puts an environment variable into an address` };
  return destinationOf(text) ?? noAddress(key, path);
}

/** Package managers stop there: the names are asked for nowhere else. */
export function noAddress(key: string, path: string): Destination {
  return { refused: `${key} in ${basename(path)} is not an http or https address` };
}
