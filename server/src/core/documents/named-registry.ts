import validRange from "semver/ranges/valid.js";

/**
 * Since pnpm 11 a project may give registries names of its own, and ask for `work:^1.0.0`, `work:foo@^1.0.0` and
 * `work:@scope/foo`; a lockfile then has `foo@work:1.0.0` (pnpm: resolving/npm-resolver/src/parseBareSpecifier.ts,
 * deps/path/src/index.ts). Which names there are only the project's configuration tells.
 */
export interface NamedRegistryAsk {
  readonly registryName: string;
  readonly name: string;
  /** A range, an exact version or a tag, as written. */
  readonly range: string;
}

const PREFIX = /^([A-Za-z][\w.-]*):(?=.)/;

/** What no registry can be called, since it has a meaning of its own in that place: `RESERVED_VERSION_PREFIXES` there. */
const RESERVED: ReadonlySet<string> = new Set([
  "bitbucket",
  "catalog",
  "custom",
  "file",
  "git",
  "github",
  "gitlab",
  "http",
  "https",
  "jsr",
  "link",
  "npm",
  "runtime",
  "ssh",
  "workspace",
]);

/** The name of a registry that a text begins with, before a colon; null for none. */
export function registryNameOf(text: string): string | null {
  const name = PREFIX.exec(text)?.[1] ?? null;
  return name === null || RESERVED.has(name) ? null : name;
}

/** What a specifier asks of a registry that it names; null for one that names none. The parts are not checked. */
export function askOfNamed(alias: string, spec: string): NamedRegistryAsk | null {
  const registryName = registryNameOf(spec);
  if (registryName === null) return null;
  const body = spec.slice(registryName.length + 1);
  // A body that names no package is for the one of the alias; beside a scoped alias also a tag is.
  if (validRange(body) !== null || (alias.startsWith("@") && !body.startsWith("@")))
    return { registryName, name: alias, range: body };
  const at = body.lastIndexOf("@");
  return at < 1
    ? { registryName, name: body, range: "latest" }
    : { registryName, name: body.slice(0, at), range: body.slice(at + 1) };
}
