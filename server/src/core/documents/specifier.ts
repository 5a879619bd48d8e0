import { LRUCache } from "lru-cache";
import npa from "npm-package-arg";
import validRange from "semver/ranges/valid.js";
import type { Specifier } from "../model.ts";
import { LONGEST_SPECIFIER } from "./limits.ts";
import { askOfNamed } from "./named-registry.ts";
import { plainSpecifier } from "./plain-specifier.ts";

/** Relative paths are only recognised as such, never resolved. */
const ANYWHERE = "/";

/** What a link is the right answer to: a folder or a file of the person's own. */
export function isLocal({ source }: Specifier): boolean {
  return source === "workspace" || source === "link" || source === "file";
}

const invalid = (reason: string): Specifier => ({ source: "invalid", reason });

/**
 * What a dependency's right-hand side asks for: npm's own reading (npm-package-arg), and the protocols that other
 * package managers add to it. Never throws.
 *
 * - npm: https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies
 * - Yarn: https://yarnpkg.com/protocols
 * - pnpm: https://pnpm.io/workspaces, https://pnpm.io/catalogs, https://pnpm.io/package-sources#jsr, and see named-registry.ts
 *
 * @param alias the name that it is installed under
 * @param raw the value, unescaped; anything but a string is `invalid`
 */
export function parseSpecifier(alias: string, raw: unknown): Specifier {
  if (typeof raw !== "string") return invalid("the value is not a string");
  if (raw.length > LONGEST_SPECIFIER) return invalid(`longer than ${LONGEST_SPECIFIER} characters`);
  const spec = raw.trim();
  const colon = spec.indexOf(":");
  const rest = spec.slice(colon + 1);
  switch (colon === -1 ? "" : spec.slice(0, colon).toLowerCase()) {
    case "workspace":
      return { source: "workspace" };
    case "link":
    case "portal":
      return { source: "link" };
    case "file":
      return { source: "file" };
    case "catalog":
      return { source: "catalog", catalog: rest === "default" ? "" : rest };
    case "patch":
      return parsePatch(alias, rest);
    case "jsr":
      return parseJsr(alias, rest);
    case "npm":
      // Yarn writes `npm:^1.0.0` for a range of the package itself.
      return plainSpecifier(alias, spec) ?? parseWithNpm(alias, isRange(rest) ? rest : spec);
    default: {
      const specifier = parseWithNpm(alias, spec);
      if (specifier.source === "invalid") return ofNamedRegistry(alias, spec) ?? specifier;
      return specifier.source === "file" && !isPath(spec)
        ? (ofNamedRegistry(alias, spec) ?? ofOddPath(spec))
        : specifier;
    }
  }
}

/** All package managers read these as a path. pnpm takes `w:1.0.0` for what it asks of a registry called `w`: tried. */
function isPath(spec: string): boolean {
  return /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|~\/|[a-z]:(?:[/\\]|.*\.(?:tgz|tar\.gz|tar)$))/i.test(spec);
}

/**
 * npm takes all that has a slash in it, or ends as a packed file does, for a path. pnpm, Yarn 1 and Bun take
 * `1.14.1 || ./x`, `^1.0.0 /` and `1.14.1/` for a range: tried.
 */
function ofOddPath(spec: string): Specifier {
  const mayBeRange = spec.includes("||") || /^[\s\d^~<>=*|]|^[vx](?:[\s\d.<>=|]|$)/i.test(spec);
  return mayBeRange ? invalid("npm reads it as a path, and other package managers as a range") : { source: "file" };
}

function isRange(text: string): boolean {
  return text !== "" && validRange(text, { loose: true }) !== null;
}

/** What npm cannot read may ask a registry by its name; it takes `my-work:@scope/name` for a path. */
function ofNamedRegistry(alias: string, spec: string): Specifier | null {
  const ask = askOfNamed(alias, spec);
  const specifier = ask === null ? null : parseWithNpm(ask.name, ask.range);
  return ask === null || specifier?.source !== "registry" || specifier.name !== ask.name
    ? null
    : { ...specifier, source: "named-registry", registryName: ask.registryName };
}

/** Releases and lockfiles say the same of the same over and over. */
const READ = new LRUCache<string, Specifier>({ max: 5_000 });
/** Longer ones are rare, and would fill the memory. */
const SHORT = 100;

function parseWithNpm(alias: string, spec: string): Specifier {
  const plain = plainSpecifier(alias, spec);
  if (plain !== null) return plain;
  if (alias.length + spec.length > SHORT) return readWithNpm(alias, spec);
  const key = JSON.stringify([alias, spec]);
  const known = READ.get(key);
  if (known !== undefined) return known;
  const read = readWithNpm(alias, spec);
  READ.set(key, read);
  return read;
}

function readWithNpm(alias: string, spec: string): Specifier {
  // npm-package-arg takes an empty name for none given; as a key in a manifest it names nothing that could be installed.
  if (alias.trim() === "") return invalid("the name is empty");
  let result;
  try {
    result = npa.resolve(alias, spec, ANYWHERE);
  } catch (error) {
    return invalid(reasonOf(error));
  }
  const target = result.type === "alias" && "subSpec" in result ? result.subSpec : result;
  switch (target.type) {
    case "version":
    case "range":
    case "tag":
      if (target.name === null || target.name === "") return invalid("it names no package");
      return { source: "registry", name: target.name, range: target.rawSpec.trim() || "*", tag: target.type === "tag" };
    case "git":
      return { source: "git" };
    case "remote":
      return { source: "tarball" };
    case "file":
    case "directory":
      return { source: "file" };
    case "alias":
      return invalid("an alias of an alias");
  }
}

/** npm-package-arg's messages quote the input; these do not. Its codes: npm-package-arg/lib/npa.js. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EINVALIDPACKAGENAME") return "not a name that a package can have";
  if (code === "EINVALIDTAGNAME") return "not a version, a range or a tag";
  if (code === "EUNSUPPORTEDPROTOCOL") return "a protocol that npm does not know";
  return "npm cannot read it";
}

/** `patch:name@npm%3A1.0.0#./the.patch`: the package that is patched is the one that is fetched. */
function parsePatch(alias: string, rest: string): Specifier {
  const hash = rest.indexOf("#");
  const locator = hash === -1 ? rest : rest.slice(0, hash);
  const at = locator.indexOf("@", 1);
  if (at === -1) return invalid("a patch that names no version");
  const range = decoded(locator.slice(at + 1));
  const inner = parseSpecifier(locator.slice(0, at) || alias, range.startsWith("patch:") ? null : range);
  return inner.source === "invalid" ? invalid("a patch of something that cannot be read") : inner;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** JSR serves `@scope/name` to npm clients as `@jsr/scope__name`: https://jsr.io/docs/npm-compatibility */
function parseJsr(alias: string, rest: string): Specifier {
  const at = rest.startsWith("@") ? rest.indexOf("@", 1) : -1;
  const name = !rest.startsWith("@") ? alias : at === -1 ? rest : rest.slice(0, at);
  const range = !rest.startsWith("@") ? rest : at === -1 ? "*" : rest.slice(at + 1);
  const parts = /^@([^/@]+)\/([^/@]+)$/.exec(name);
  if (parts === null) return invalid("JSR packages have a scope");
  return parseWithNpm(`@jsr/${parts[1] ?? ""}__${parts[2] ?? ""}`, range);
}
