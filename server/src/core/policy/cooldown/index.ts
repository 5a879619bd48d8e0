import { lt } from "semver";
import { DAY } from "../../util/duration.ts";
import type { Lockfile, LockfileFormat } from "../../model.ts";
import { filesFor, personal, unreadFile, type PolicyFile } from "../../config/layers.ts";
import type { Manager } from "../../project/manager.ts";
import { bunCooldown } from "./bun.ts";
import { exclusionsIn, type Exclusions } from "../exclusions.ts";
import type { Cooldown } from "./cooldown.ts";
import { npmCooldown } from "./npm.ts";
import { pnpmCooldown } from "./pnpm.ts";
import { yarnCooldown } from "./yarn.ts";

export type { Age, Cooldown } from "./cooldown.ts";

/** The default of Depwarden itself. */
const DEFAULT = 3 * DAY;

/**
 * What the files say, nearest first, or the manager's default; null where neither does. Yarn 1 has no cooldown. What a
 * workspace says that is not trusted counts only where it asks for more than the person's own files do, and the default.
 * Where a policy file cannot be read whole, only a longer one of the person's own counts, without exceptions.
 */
export function cooldownOf(
  manager: Manager | null,
  files: readonly PolicyFile[],
  now: number,
  trusted: boolean,
  lockfiles: readonly LockfileVersion[] = [],
): Cooldown | null {
  const exclusions = exclusionsIn(files);
  // What a workspace says of the manager's version is no reason for less caution either.
  const own = (): Cooldown | null =>
    statedBy(manager === null ? null : { ...manager, version: null }, personal(files), now, [], exclusions);
  if (unreadFile(files, manager?.kind ?? "npm") !== null) {
    const base = own()?.base ?? null;
    return base === null || base.ms <= DEFAULT ? null : { base, of: () => base };
  }
  const stated = statedBy(manager, files, now, lockfiles, exclusions);
  if (trusted) return stated;
  const mine = own();
  const base = stated?.base ?? null;
  return base === null || base.ms < Math.max(DEFAULT, mine?.base?.ms ?? 0) ? mine : { base, of: () => base };
}

/** The first versions that have one. Yarn 1 never had. */
export const FIRST_WITH_COOLDOWN: Readonly<Record<Exclude<LockfileFormat, "yarn-classic">, string>> = {
  npm: "11.10.0",
  pnpm: "10.16.0",
  "yarn-berry": "4.10.0",
  bun: "1.3.0",
};

/** False only where its version is stated, and is one that ignores such settings. */
export function knowsCooldowns({ kind, version }: Manager): boolean {
  return kind !== "yarn-classic" && (version === null || !lt(version, FIRST_WITH_COOLDOWN[kind]));
}

type LockfileVersion = Pick<Lockfile, "format" | "formatVersion">;

function statedBy(
  manager: Manager | null,
  files: readonly PolicyFile[],
  now: number,
  lockfiles: readonly LockfileVersion[],
  exclusions: Exclusions,
): Cooldown | null {
  if (manager !== null && !knowsCooldowns(manager)) return null;
  const read = filesFor(files, manager?.kind ?? "npm", manager?.version ?? null);
  switch (manager?.kind) {
    case "pnpm":
      return pnpmCooldown(read, manager.version, exclusions);
    case "yarn-berry":
      return yarnCooldown(
        read,
        manager.version,
        lockfiles.find(({ format }) => format === manager.kind)?.formatVersion ?? null,
        exclusions,
      );
    case "bun":
      return bunCooldown(read, exclusions);
    case "yarn-classic":
      return null;
    case "npm":
    case undefined:
      return npmCooldown(read, now, exclusions);
  }
}
