/** Which package manager a project uses, for policy and for fixes. */
import { gt, intersects, minVersion, parse, satisfies, validRange } from "semver";
import type { ConfigKind } from "../documents/config/index.ts";
import { entryAt, scalarAt } from "../documents/config/tree.ts";
import type { ConfigMap } from "../documents/config/tree.ts";
import type { Lockfile, LockfileFormat, Manifest } from "../model.ts";

export interface Manager {
  readonly kind: LockfileFormat;
  /** The one stated, or the newest that the stated range takes; null when neither says enough. */
  readonly version: string | null;
}

/**
 * What the root manifest states, else whose lockfile is there, else whose policy file; null where none of them says.
 * - `packageManager`: https://nodejs.org/api/packages.html#packagemanager
 * - `devEngines.packageManager`: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines
 */
export function managerOf(manifest: Pick<Manifest, "packageManager"> | null, policy: ConfigMap | null, lockfiles: readonly Pick<Lockfile, "format">[], configs: readonly string[] = []): Manager | null {
  const [lockfile] = lockfiles;
  const kind = lockfile?.format ?? OWNERS.find(([config]) => configs.includes(config))?.[1];
  const stated = fromPackageManager(manifest?.packageManager ?? null) ?? (policy === null ? null : fromDevEngines(policy));
  return (stated === null ? null : managerStated(stated, kind)) ?? (kind === undefined ? null : { kind, version: null });
}

/** Policy files that only one package manager reads. */
const OWNERS: readonly (readonly [config: ConfigKind, manager: LockfileFormat])[] = [
  ["pnpm-workspace", "pnpm"],
  ["yarnrc", "yarn-berry"],
  ["bunfig", "bun"],
];

/** `range` is null where none is stated, and may be anything. */
interface Stated {
  readonly name: string;
  readonly range: string | null;
}

function fromPackageManager(text: string | null): Stated | null {
  const [, name, range] = /^([a-z]+)@(\d[^+\s]*)/.exec(text ?? "") ?? [];
  return name === undefined || range === undefined ? null : { name, range };
}

function fromDevEngines(policy: ConfigMap): Stated | null {
  const value = entryAt(policy, "devEngines", "packageManager")?.value;
  const first = value?.kind === "list" ? value.items[0] : value;
  if (first?.kind !== "map") return null;
  const name = scalarAt(first, "name")?.text;
  return name === undefined ? null : { name, range: scalarAt(first, "version")?.text ?? null };
}

/** `kind`: whose files are there. They tell which Yarn it is where the version does not. */
function managerStated({ name, range }: Stated, kind: LockfileFormat | undefined): Manager | null {
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
  const range = validRange(text);
  const least = range === null || text?.trim() === "" ? null : minVersion(range);
  if (range === null || least === null || intersects(range, `>=${least.major + 1}.0.0-0`)) return null;
  const newest = known.find((version) => parse(version)?.major === least.major);
  if (newest !== undefined && satisfies(newest, range)) return newest;
  const isNewer = newest === undefined || gt(least, newest);
  return isNewer || !intersects(range, `>=${least.major}.${least.minor + 1}.0-0`) ? least.version : null;
}
