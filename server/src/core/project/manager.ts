/** Which package manager a project uses, for policy and for fixes. */
import { gt, intersects, minVersion, parse, satisfies, validRange } from "semver";
import type { ConfigKind } from "../documents/config/index.ts";
import { entryAt, scalarAt } from "../documents/config/tree.ts";
import type { ConfigMap } from "../documents/config/tree.ts";
import { LONGEST_MANAGER_VERSION, MOST_MANAGERS } from "../documents/limits.ts";
import type { Lockfile, LockfileFormat, Manifest } from "../model.ts";
import type { Span } from "../util/text.ts";

export interface Manager {
  readonly kind: LockfileFormat;
  /** The one stated, or the newest that the stated range takes; null when neither says enough. */
  readonly version: string | null;
  /** Which versions it may be where that is not known, as a range; without it, those that keep the lockfile's format. */
  readonly range?: string;
  /**
   * The version that the project states and that nothing enforces: this manager stands for whichever other version
   * installs instead.
   */
  readonly insteadOf?: string;
}

/**
 * What the root manifest states, else whose lockfile is there, else whose policy file; null where none of them says.
 * - `packageManager`: https://nodejs.org/api/packages.html#packagemanager
 * - `devEngines.packageManager`: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines
 */
export function managerOf(
  manifest: Pick<Manifest, "packageManager"> | null,
  policy: ConfigMap | null,
  lockfiles: readonly Pick<Lockfile, "format">[],
  configs: readonly string[] = [],
): Manager | null {
  const [lockfile] = lockfiles;
  const kind = lockfile?.format ?? ownerOf(configs) ?? undefined;
  const stated =
    fromPackageManager(manifest?.packageManager ?? null) ?? (policy === null ? null : fromDevEngines(policy));
  return (
    (stated === null ? null : managerStated(stated, kind)) ?? (kind === undefined ? null : { kind, version: null })
  );
}

/** The one package manager that reads these policy files; null where every one of them has several readers. */
export function ownerOf(configs: readonly string[]): LockfileFormat | null {
  return OWNERS.find(([config]) => configs.includes(config))?.[1] ?? null;
}

/** Policy files that only one package manager reads. */
const OWNERS: readonly (readonly [config: ConfigKind, manager: LockfileFormat])[] = [
  ["pnpm-workspace", "pnpm"],
  ["yarnrc", "yarn-berry"],
  ["bunfig", "bun"],
];

/** `range` is null where none is stated, and may be anything. */
export interface Stated {
  readonly name: string;
  readonly range: string | null;
}

/** One statement of the manifest, and where it is. */
export interface Statement extends Stated {
  readonly span: Span;
}

/**
 * All that the root manifest states of its package manager: `packageManager` first, then each of `devEngines` that does
 * not merely say the same with a wider range.
 */
export function statementsIn(policy: ConfigMap | null): readonly Statement[] {
  const scalar = policy === null ? null : scalarAt(policy, "packageManager");
  const exact = fromPackageManager(scalar?.text ?? null);
  const main = exact === null || scalar === null ? [] : [{ ...exact, span: scalar.span }];
  const others = policy === null ? [] : engines(policy);
  const isSame = ({ name, range }: Stated): boolean =>
    exact?.name === name && (range === null || takes(range, exact.range));
  return [...main, ...others.filter((statement) => !isSame(statement))];
}

function takes(text: string, version: string | null): boolean {
  const range = managerRange(text);
  return range !== null && version !== null && intersects(range, version);
}

/**
 * The range of a package manager's versions that a text states; null where it states none. What is too long is not read,
 * and a problem of the manifest: `readManifestConfig`.
 */
export function managerRange(text: string | null): string | null {
  return text === null || text.length > LONGEST_MANAGER_VERSION ? null : validRange(text);
}

/** The versions of pnpm that `engines` of the root manifest takes; null where it does not say. */
export function enginesPnpm(policy: ConfigMap): string | null {
  return managerRange(scalarAt(policy, "engines", "pnpm")?.text ?? null);
}

/** One version, with or without its hash; a range does not count. */
function fromPackageManager(text: string | null): Stated | null {
  if (text === null || text.length > LONGEST_MANAGER_VERSION) return null;
  const [, name, range] = /^([a-z]+)@(\d[\w.-]*)(?:[+\s]|$)/.exec(text) ?? [];
  return name === undefined || range === undefined ? null : { name, range };
}

function fromDevEngines(policy: ConfigMap): Stated | null {
  return engines(policy)[0] ?? null;
}

/** Any of several may be used. What is beyond the bound is a problem of the manifest: `readManifestConfig`. */
function engines(policy: ConfigMap): readonly Statement[] {
  const value = entryAt(policy, "devEngines", "packageManager")?.value;
  const items = value === undefined ? [] : value.kind === "list" ? value.items.slice(0, MOST_MANAGERS) : [value];
  return items.flatMap((item) => {
    const name = item.kind === "map" ? scalarAt(item, "name") : null;
    if (name === null || item.kind !== "map") return [];
    return [{ name: name.text, range: scalarAt(item, "version")?.text ?? null, span: name.span }];
  });
}

/** `kind`: whose files are there. They tell which Yarn it is where the version does not. */
export function managerStated({ name, range }: Stated, kind: LockfileFormat | undefined): Manager | null {
  switch (name) {
    case "npm":
    case "pnpm":
    case "bun":
      return { kind: name, version: newestIn(range, NEWEST[name]) };
    case "yarn": {
      const version = newestIn(range, NEWEST.yarn);
      const isClassic = version === null ? kind === "yarn-classic" : parse(version)?.major === 1;
      return { kind: isClassic ? "yarn-classic" : "yarn-berry", version };
    }
    default:
      return null;
  }
}

/** The newest release of each major whose policy is known here. */
const NEWEST = {
  npm: ["10.9.4", "11.19.1", "12.2.0"],
  pnpm: ["9.15.9", "10.34.9", "11.28.10", "12.21.0"],
  yarn: ["1.22.22", "3.8.7", "4.18.1"],
  bun: ["1.4.4"],
} as const;

/**
 * The newest version that a range takes, as people keep to a range with what is new. null where that may be of several
 * majors, and where the range ends before the newest that is known, at no one minor: it says too little then.
 */
function newestIn(text: string | null, known: readonly string[]): string | null {
  const range = managerRange(text);
  const least = range === null || text?.trim() === "" ? null : minVersion(range);
  if (range === null || least === null || intersects(range, `>=${least.major + 1}.0.0-0`)) return null;
  const newest = known.find((version) => parse(version)?.major === least.major);
  if (newest !== undefined && satisfies(newest, range)) return newest;
  const isNewer = newest === undefined || gt(least, newest);
  return isNewer || !intersects(range, `>=${least.major}.${least.minor + 1}.0-0`) ? least.version : null;
}
