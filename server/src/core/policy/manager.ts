/** Which package manager a project uses, for policy and for fixes. */
import { minVersion, parse } from "semver";
import type { ConfigKind } from "../documents/config/index.ts";
import { entryAt, scalarAt } from "../documents/config/tree.ts";
import type { ConfigMap } from "../documents/config/tree.ts";
import type { Lockfile, LockfileFormat, Manifest } from "../model.ts";

export interface Manager {
  readonly kind: LockfileFormat;
  /** The one stated, or the least that its range allows; null when none is stated. */
  readonly version: string | null;
}

/**
 * What the root manifest states, else whose lockfile is there, else whose policy file; null where none of them says.
 * - `packageManager`: https://nodejs.org/api/packages.html#packagemanager
 * - `devEngines.packageManager`: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines
 */
export function managerOf(manifest: Pick<Manifest, "packageManager"> | null, policy: ConfigMap | null, lockfiles: readonly Pick<Lockfile, "format">[], configs: readonly string[] = []): Manager | null {
  const stated = fromPackageManager(manifest?.packageManager ?? null) ?? (policy === null ? null : fromDevEngines(policy));
  const [lockfile] = lockfiles;
  const kind = lockfile?.format ?? OWNERS.find(([config]) => configs.includes(config))?.[1];
  return stated ?? (kind === undefined ? null : { kind, version: null });
}

/** Policy files that only one package manager reads. */
const OWNERS: readonly (readonly [config: ConfigKind, manager: LockfileFormat])[] = [
  ["pnpm-workspace", "pnpm"],
  ["yarnrc", "yarn-berry"],
  ["bunfig", "bun"],
];

function fromPackageManager(text: string | null): Manager | null {
  const [, name, version] = /^([a-z]+)@(\d[^+\s]*)/.exec(text ?? "") ?? [];
  return name === undefined || version === undefined ? null : managerNamed(name, parse(version)?.version ?? null);
}

function fromDevEngines(policy: ConfigMap): Manager | null {
  const value = entryAt(policy, "devEngines", "packageManager")?.value;
  const first = value?.kind === "list" ? value.items[0] : value;
  if (first?.kind !== "map") return null;
  const name = scalarAt(first, "name")?.text;
  return name === undefined ? null : managerNamed(name, leastVersion(scalarAt(first, "version")?.text ?? null));
}

function leastVersion(range: string | null): string | null {
  try {
    return range === null ? null : (minVersion(range)?.version ?? null);
  } catch {
    // Not a range.
    return null;
  }
}

function managerNamed(name: string, version: string | null): Manager | null {
  switch (name) {
    case "npm":
    case "pnpm":
    case "bun":
      return { kind: name, version };
    case "yarn":
      return { kind: parse(version)?.major === 1 ? "yarn-classic" : "yarn-berry", version };
    default:
      return null;
  }
}
