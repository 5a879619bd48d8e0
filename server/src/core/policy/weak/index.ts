/** What of a project's policy is missing, mistaken or turned off, as its package manager reads it. */
import { lt } from "semver";
import type { Lockfile, LockfileFormat } from "../../model.ts";
import { cooldownOf } from "../cooldown/index.ts";
import type { PolicyFile } from "../layers.ts";
import type { Manager } from "../manager.ts";
import { BUN_MEND, bunWeaknesses } from "./bun.ts";
import { NPM_MEND, npmWeaknesses } from "./npm.ts";
import { PNPM_MEND, pnpmWeaknesses } from "./pnpm.ts";
import { settingText, type Mend, type WeakInput, type Weakness } from "./weakness.ts";
import { YARN_MEND, yarnWeaknesses } from "./yarn.ts";

export { settingText, type Mend, type Weakness } from "./weakness.ts";

export interface PolicyFacts {
  readonly manager: Manager | null;
  /** Nearest first. */
  readonly files: readonly PolicyFile[];
  readonly lockfiles: readonly Pick<Lockfile, "format" | "formatVersion">[];
}

interface CooldownOf {
  readonly weaknesses: (input: WeakInput) => readonly Weakness[];
  readonly mend: Mend;
  readonly title: string;
  /** The first version that has a cooldown. */
  readonly since: string;
  /** The oldest lockfile format of a manager that may have one. */
  readonly lockfileSince: number;
}

/** Yarn 1 has no cooldown. */
const MANAGERS: Readonly<Record<Exclude<LockfileFormat, "yarn-classic">, CooldownOf>> = {
  npm: { title: "npm", weaknesses: npmWeaknesses, mend: NPM_MEND, since: "11.10.0", lockfileSince: 2 },
  pnpm: { title: "pnpm", weaknesses: pnpmWeaknesses, mend: PNPM_MEND, since: "10.16.0", lockfileSince: 9 },
  "yarn-berry": { title: "Yarn", weaknesses: yarnWeaknesses, mend: YARN_MEND, since: "4.10.0", lockfileSince: 8 },
  bun: { title: "Bun", weaknesses: bunWeaknesses, mend: BUN_MEND, since: "1.3.0", lockfileSince: 0 },
};

/** `now`: ms since epoch. */
export function weaknessesOf({ manager, files, lockfiles }: PolicyFacts, now: number): readonly Weakness[] {
  if (manager === null || manager.kind === "yarn-classic") return [];
  const { title, weaknesses, mend, since, lockfileSince } = MANAGERS[manager.kind];
  const own = files.filter(({ name }) => name === undefined);
  const found = weaknesses({ version: manager.version, own });
  const lockfile = lockfiles.find(({ format }) => format === manager.kind);
  const hasOne = manager.version === null ? lockfile === undefined || Number.parseFloat(lockfile.formatVersion) >= lockfileSince : !lt(manager.version, since);
  // One that is there and of no use is told where it is written.
  const isTold = found.some((weakness) => weakness.mend === mend);
  if (!hasOne || isTold || cooldownOf(manager, files, now, true, lockfiles) !== null) return found;
  const message = `${title} has no cooldown here and takes releases of any age. ${settingText(mend)} makes it wait for 3 days (${title} ${since.replace(/\.0$/, "")} and up).`;
  return [{ at: null, message, mend }, ...found];
}
