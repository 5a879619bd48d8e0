import { loadAll } from "js-yaml";
import { exactVersion } from "../../../server/src/core/documents/exact-version.ts";

type Map_ = Record<string, unknown>;

export interface Expected {
  /** `name@version` of every place that locks a package of a registry. */
  readonly registry: readonly string[];
  /** `key name@version integrity tarball dev optional requiresBuild` of every place, in no order. */
  readonly places: readonly string[];
  /** `key -> key`, each once. */
  readonly edges: readonly string[];
  /** `path section alias -> key`. */
  readonly importers: readonly string[];
}

const object = (value: unknown): Map_ => (typeof value === "object" && value !== null ? (value as Map_) : {});
const entries = (value: unknown): [string, unknown][] => Object.entries(object(value));
const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

const SEMVER = String.raw`[v=\s]*\d+\.\d+\.\d+(?:-?[A-Za-z0-9.-]+)?(?:\+[A-Za-z0-9.-]+)?`;
const NAME = "(?:@[^/@:()]+/)?[^/@:()]+";
const KEYS = [
  new RegExp(`^/?(${NAME})@(${SEMVER})(?:\\(.*)?$`),
  new RegExp(`^/?(${NAME})@(?!runtime:|file:|git|https?:)[A-Za-z][\\w.-]*:(${SEMVER})$`),
  new RegExp(`^[^/:]+/(${NAME})@(${SEMVER})(?:\\(.*)?$`),
  new RegExp(`^/?(${NAME})/(${SEMVER})(?:[_/(].*)?$`),
  new RegExp(`^[^/:@]+/(${NAME})/(${SEMVER})(?:[_/(].*)?$`),
];

/** As package managers install it: see exact-version.ts. */
function installed(version: string): string {
  return exactVersion(version) ?? version;
}

/** Takes off balanced groups in parentheses, from the end. */
function withoutGroups(path: string): string {
  for (let start = path.length - 1; path.endsWith(")") && start > 0; start--) {
    const group = path.slice(start);
    const opened = group.split("(").length;
    if (group.startsWith("(") && opened === group.split(")").length) return withoutGroups(path.slice(0, start));
  }
  return path;
}

/**
 * What pnpm would take from a lockfile, by js-yaml and by patterns: written to be told apart from the reader, not to be
 * fast. Throws where js-yaml does.
 */
export function expectedOf(lockfile: string): Expected {
  const registry: string[] = [];
  const places: string[] = [];
  const edges = new Set<string>();
  const importers: string[] = [];
  for (const document of loadAll(lockfile)) {
    const { lockfileVersion, packages, snapshots, importers: projects, ...top } = object(document);
    const version = Number.parseFloat(text(lockfileVersion) || String(lockfileVersion));
    // pnpm installs what stands in snapshots, with what packages says of it.
    const lone = version < 9 ? [] : Object.keys(object(snapshots)).map((path) => withoutGroups(path));
    const known = new Set([...Object.keys(object(packages)), ...lone]);
    const bare = (path: string): string => (version < 9 ? path : withoutGroups(path));
    const keyOf = (alias: string, to: string): string | null => {
      if (to.startsWith("link:")) return null;
      const candidates =
        version < 6
          ? [`/${alias}/${to}`, to]
          : version < 7
            ? [`/${alias}@${to}`, to]
            : [`${alias}@${bare(to)}`, bare(to)];
      return candidates.find((key) => known.has(key)) ?? null;
    };
    const variants = entries(version < 9 ? packages : snapshots);
    for (const key of known) {
      const own = object(packages);
      const entry = object(Object.hasOwn(own, key) ? own[key] : null);
      const resolution = object(entry["resolution"]);
      const match = KEYS.map((pattern) => pattern.exec(key)).find(
        (found) => found !== null && exactVersion(found[2] ?? "") !== null,
      );
      const name = match?.[1] ?? (text(entry["name"]) || "?");
      const mine = variants.filter(([path]) => bare(path) === key).map(([, variant]) => object(variant));
      const locked = match === undefined || match === null ? null : `${name}@${installed(match[2] ?? "")}`;
      if (locked !== null) registry.push(locked);
      const fields = [
        locked ?? "elsewhere",
        text(resolution["integrity"]),
        text(resolution["tarball"]),
        version < 9 && entry["dev"] === true ? "dev" : "",
        mine.length > 0 && mine.every(({ optional }) => optional === true) ? "optional" : "",
        version < 9 ? entry["requiresBuild"] === true : null,
      ];
      places.push([key, ...fields].join(" "));
    }
    for (const [path, variant] of variants) {
      for (const section of ["dependencies", "optionalDependencies"]) {
        for (const [alias, to] of entries(object(variant)[section])) {
          const target = keyOf(alias, text(to));
          if (target !== null && known.has(bare(path))) edges.add(`${bare(path)} -> ${target}`);
        }
      }
    }
    const all = projects === undefined ? [[".", top] as [string, unknown]] : entries(projects);
    for (const [path, project] of all) {
      for (const section of [
        "dependencies",
        "devDependencies",
        "optionalDependencies",
        "configDependencies",
        "packageManagerDependencies",
      ]) {
        for (const [alias, to] of entries(object(project)[section])) {
          const target = keyOf(alias, text(typeof to === "object" ? object(to)["version"] : to));
          importers.push(`${path === "." ? "" : path} ${alias} -> ${target ?? "none"}`);
        }
      }
    }
  }
  return { registry: registry.sort(), places: places.sort(), edges: [...edges].sort(), importers: importers.sort() };
}
