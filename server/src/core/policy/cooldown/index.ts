import { DAY } from "../../duration.ts";
import type { Manager } from "../manager.ts";
import { bunCooldown } from "./bun.ts";
import type { Cooldown, PolicyFile } from "./cooldown.ts";
import { npmCooldown } from "./npm.ts";
import { pnpmCooldown } from "./pnpm.ts";
import { yarnCooldown } from "./yarn.ts";

export type { Age, Cooldown, PolicyFile } from "./cooldown.ts";

/** A workspace that is not trusted may ask for more caution than this, and not for less. */
const LEAST_UNTRUSTED = 3 * DAY;

/** What the project's own files, or the manager's default, say; null where they say nothing. Yarn 1 has no cooldown. */
export function cooldownOf(manager: Manager | null, files: readonly PolicyFile[], now: number, trusted: boolean): Cooldown | null {
  const stated = statedBy(manager, files, now);
  if (stated === null || trusted) return stated;
  return stated.base.ms < LEAST_UNTRUSTED ? null : { base: stated.base, of: () => stated.base };
}

function statedBy(manager: Manager | null, files: readonly PolicyFile[], now: number): Cooldown | null {
  switch (manager?.kind) {
    case "pnpm":
      return pnpmCooldown(files, manager.version);
    case "yarn-berry":
      return yarnCooldown(files, manager.version);
    case "bun":
      return bunCooldown(files);
    case "yarn-classic":
      return null;
    case "npm":
    case undefined:
      return npmCooldown(files, now);
  }
}
