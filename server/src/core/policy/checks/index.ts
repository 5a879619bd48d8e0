/** What of a project's policy is missing, mistaken or turned off, as its package manager reads it. */
import type { ConfigKind } from "../../documents/config/index.ts";
import { configFileName } from "../../documents/config/index.ts";
import { scalarAt } from "../../documents/config/tree.ts";
import type { Lockfile, LockfileFormat } from "../../model.ts";
import { cooldownOf, FIRST_WITH_COOLDOWN, knowsCooldowns } from "../cooldown/index.ts";
import type { PolicyFile } from "../../config/layers.ts";
import type { Manager } from "../../project/manager.ts";
import { BUN_MEND, bunWeaknesses } from "./bun.ts";
import { NPM_MEND, npmWeaknesses } from "./npm.ts";
import { PNPM_MEND, pnpmWeaknesses } from "./pnpm.ts";
import { ownFile, settingText, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";
import { YARN_MEND, yarnWeaknesses } from "./yarn.ts";

export { settingText, type Mend, type Weakness } from "./weakness.ts";

export interface PolicyFacts {
  /** null: npm is taken to be it. */
  readonly manager: Manager | null;
  /** Nearest first. */
  readonly files: readonly PolicyFile[];
  readonly lockfiles: readonly Pick<Lockfile, "format" | "formatVersion">[];
}

interface CooldownOf {
  readonly title: string;
  readonly weaknesses: (input: WeakInput) => readonly Weakness[];
  readonly mend: Mend;
  /** The oldest lockfile format of a manager that may have one. */
  readonly lockfileSince: number;
}

/** Yarn 1 has no cooldown. */
const MANAGERS: Readonly<Record<Exclude<LockfileFormat, "yarn-classic">, CooldownOf>> = {
  npm: { title: "npm", weaknesses: npmWeaknesses, mend: NPM_MEND, lockfileSince: 2 },
  pnpm: { title: "pnpm", weaknesses: pnpmWeaknesses, mend: PNPM_MEND, lockfileSince: 9 },
  "yarn-berry": { title: "Yarn", weaknesses: yarnWeaknesses, mend: YARN_MEND, lockfileSince: 8 },
  bun: { title: "Bun", weaknesses: bunWeaknesses, mend: BUN_MEND, lockfileSince: 0 },
};

/** `now`: ms since epoch. */
export function weaknessesOf({ manager, files, lockfiles }: PolicyFacts, now: number): readonly Weakness[] {
  const { kind, version } = manager ?? { kind: "npm", version: null };
  if (kind === "yarn-classic") return [];
  const { weaknesses, mend } = MANAGERS[kind];
  const own = files.filter(({ name }) => name === undefined);
  if (manager !== null && !knowsCooldowns(manager)) return unheeded(kind, version ?? "", own);
  const found = weaknesses({ version, own, now });
  // One that is there and of no use is told where it is written; of a file that cannot be read whole nothing is known.
  const isTold = found.some(
    ({ mend: own }) =>
      own?.path.includes(mend.path.at(-1) ?? "") === true || own?.path.at(-1) === "minimum-release-age",
  );
  // What would be written beside a `before` of npm's counts for nothing.
  const isHidden = kind === "npm" && (ownFile(own, "npmrc")?.entries.has("before") ?? false);
  const isUnread = own.some((file) => file.model.problems.length > 0);
  if (
    manager === null ||
    isTold ||
    isHidden ||
    isUnread ||
    !mayHaveOne(manager, lockfiles) ||
    (cooldownOf(manager, files, now, true, lockfiles)?.base ?? null) !== null
  )
    return found;
  return [missing(kind), ...found];
}

/** Where its version is not stated, the lockfile tells whether it is too old. */
function mayHaveOne({ kind, version }: Manager, lockfiles: PolicyFacts["lockfiles"]): boolean {
  const lockfile = lockfiles.find(({ format }) => format === kind);
  return (
    kind !== "yarn-classic" &&
    (version !== null ||
      lockfile === undefined ||
      Number.parseFloat(lockfile.formatVersion) >= MANAGERS[kind].lockfileSince)
  );
}

function missing(kind: keyof typeof MANAGERS): Weakness {
  const { title, mend } = MANAGERS[kind];
  return {
    at: null,
    message: `${title} has no cooldown here and takes releases of any age. ${settingText(mend)} makes it wait for 3 days (${title} ${since(kind)} and up).`,
    mend,
  };
}

/** A cooldown that is written for a manager too old to know it. */
function unheeded(kind: keyof typeof MANAGERS, version: string, own: readonly PolicyFile[]): readonly Weakness[] {
  const { title, mend } = MANAGERS[kind];
  const places: readonly { readonly kind: ConfigKind; readonly path: readonly string[] }[] = [
    mend,
    ...(kind === "pnpm" ? [{ kind: "npmrc" as const, path: ["minimum-release-age"] }] : []),
  ];
  return places.flatMap(({ kind: home, path }) => {
    const settings = ownFile(own, home);
    const scalar = settings === null ? null : scalarAt(settings, ...path);
    return scalar === null
      ? []
      : [
          weakness(
            home,
            scalar,
            `${title} ${version} ignores ${path.at(-1) ?? ""} in ${configFileName(home)} (supported from ${since(kind)}).`,
            null,
          ),
        ];
  });
}

function since(kind: keyof typeof MANAGERS): string {
  return FIRST_WITH_COOLDOWN[kind].replace(/\.0$/, "");
}
