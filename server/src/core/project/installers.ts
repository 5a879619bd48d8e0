/** Which package managers may install what a project locks. What a manifest states of them need not be so. */
import { intersects, satisfies, valid } from "semver";
import type { ConfigMap } from "../documents/config/tree.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Lockfile, LockfileFormat } from "../model.ts";
import type { Span } from "../util/text.ts";
import { enginesPnpm, managerStated, ownerOf, statementsIn } from "./manager.ts";
import type { Manager, Stated, Statement } from "./manager.ts";

export type LockfileVersion = Pick<Lockfile, "format" | "formatVersion">;

export interface Installers {
  /** The one that fixes are written for and whose files hold; null where nothing tells. */
  readonly main: Manager | null;
  /** Every one that may install anything of the project; one that is not known is null, and taken for npm. */
  readonly all: readonly (Manager | null)[];
  /**
   * Those that may install a release that lockfiles of these formats hold; of none: one that no lockfile holds. Several
   * where files contradict each other: what only one of them holds back is not held back. Beside a stated version one of
   * any other, as nothing makes sure that the stated one is used.
   */
  of(lockedBy: readonly LockfileFormat[]): readonly (Manager | null)[];
  /** What the manifest states and a lockfile bears out; null where there is nothing of that. */
  readonly stated: Stated | null;
  /** What the manifest states and no lockfile bears out; null where they agree. */
  readonly contradiction: Contradiction | null;
}

export interface Contradiction {
  readonly message: string;
  /** In the root manifest. */
  readonly span: Span;
}

export interface InstallerFacts {
  /** What the root manifest says of policy. */
  readonly manifest: ConfigMap | null;
  /** Those beside the root manifest, in the order in which package managers prefer them. */
  readonly lockfiles: readonly LockfileVersion[];
  /** Kinds of the policy files that are there. */
  readonly configs: readonly string[];
  /** `yarnPath`, as written: the program that Yarn 2 and up hands over to, whatever is stated; null where there is none. */
  readonly yarnPath: string | null;
}

/**
 * Versions that leave a lockfile of a format as it is, by the first version of the format that they write. Others do
 * not read it, or write it anew.
 * npm: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#lockfileversion
 * pnpm: https://github.com/pnpm/spec/tree/master/lockfile
 * Yarn: packages/yarnpkg-core/sources/Project.ts (LOCKFILE_VERSION); Bun: lockfile.zig
 */
const WRITERS: Readonly<Record<LockfileFormat, readonly { readonly since: number; readonly by: string }[]>> = {
  npm: [
    { since: 0, by: "<7" },
    { since: 2, by: ">=7" },
  ],
  pnpm: [
    { since: 0, by: "<8" },
    { since: 6, by: ">=7.24 <9.0.0" },
    { since: 9, by: ">=9" },
  ],
  "yarn-classic": [{ since: 0, by: "<2" }],
  "yarn-berry": [
    { since: 0, by: ">=2 <4.0.0" },
    { since: 8, by: ">=4" },
  ],
  bun: [
    { since: 0, by: ">=1" },
    { since: 2, by: ">=1.4" },
  ],
};

/**
 * Versions of pnpm that read a format at all, by the first version of the format, and from which version on it is too old:
 * others say so and install by what the manifests ask for. Tried: pnpm 9.15, 10.34, 11.28, 12.21.
 */
const READERS: readonly { readonly since: number; readonly by: string; readonly tooOldFor: string | null }[] = [
  { since: 0, by: "<9", tooOldFor: ">=9" },
  { since: 6, by: "<10", tooOldFor: ">=10" },
  { since: 9, by: ">=9", tooOldFor: null },
];

/**
 * Whether a package manager ignores a lockfile for its format. Of a version that is not known only a newer one is thought
 * of, and none that merely may be there in place of a stated one.
 */
export function ignoredBy({ version, range, insteadOf }: Omit<Manager, "kind">, lockfile: LockfileVersion): boolean {
  if (lockfile.format !== "pnpm" || insteadOf !== undefined) return false;
  const at = Number.parseFloat(lockfile.formatVersion);
  const readers = READERS.findLast(({ since }) => at >= since);
  if (readers === undefined) return false;
  if (version !== null) return !satisfies(version, readers.by, { includePrerelease: true });
  return readers.tooOldFor !== null && intersects(range ?? "*", readers.tooOldFor);
}

/** One lockfile at a time belongs to a family, whichever of its formats it has. */
export const FAMILIES: Readonly<Record<LockfileFormat, string>> = {
  npm: "npm",
  pnpm: "pnpm",
  "yarn-classic": "Yarn",
  "yarn-berry": "Yarn",
  bun: "Bun",
};

/**
 * No version that `packageManager` or `devEngines` states is enforced everywhere: npm ignores the first and up to 10.8 both,
 * pnpm 9 too, and Yarn 4 the first. Tried: npm 10.8, 11, 12, pnpm 9 to 12, Yarn 3.8, 4.13 and 4.18. pnpm refuses to
 * install where `engines.pnpm` of the root manifest does not take its version: https://pnpm.io/package_json#engines
 */
export function installersOf({ manifest, lockfiles, configs, yarnPath }: InstallerFacts): Installers {
  const enforced = manifest === null ? null : enginesPnpm(manifest);
  const anyOf = (kind: LockfileFormat): Manager =>
    kind === "pnpm" && enforced !== null ? { kind, version: null, range: enforced } : { kind, version: null };
  const handedOver = (managers: Installers["all"]): Installers["all"] =>
    yarnPath === null
      ? managers
      : managers.flatMap((manager): Installers["all"] =>
          manager?.kind === "yarn-berry" ? programAt(yarnPath) : [manager],
        );
  const owner = ownerOf(configs);
  const stated = statementsIn(manifest).flatMap((statement): readonly StatedManager[] => {
    const hint = lockfiles.find(({ format }) => FAMILIES[format] === "Yarn") ?? lockfiles[0];
    const manager = managerStated(statement, hint?.format ?? owner ?? undefined);
    return manager === null ? [] : [{ manager, statement }];
  });
  const borneOut = stated.filter(({ manager }) => lockfiles.some(({ format }) => isSameFamily(manager.kind, format)));
  const byLockfile = lockfiles.map((lockfile) => ({
    lockfile,
    managers: handedOver(managersFor(lockfile, stated, borneOut, anyOf)),
  }));
  const [first] = lockfiles;
  const unlocked = unique(
    handedOver(unlockedBy(byLockfile, stated, borneOut, owner === null ? null : anyOf(owner), anyOf)),
  );
  const all = unique([...unlocked, ...byLockfile.flatMap(({ managers }) => managers)]);
  const main =
    borneOut[0]?.manager ?? (first === undefined ? (unlocked[0] ?? null) : { kind: first.format, version: null });
  return {
    main: handedOver([main])[0] ?? null,
    all,
    of: (lockedBy) => {
      if (lockedBy.length === 0) return unlocked;
      const own = unique(
        byLockfile.filter(({ lockfile }) => lockedBy.includes(lockfile.format)).flatMap(({ managers }) => managers),
      );
      return own.length === 0 ? all : own;
    },
    stated: borneOut[0]?.statement ?? null,
    contradiction: contradictionIn(stated, borneOut, lockfiles),
  };
}

interface StatedManager {
  readonly manager: Manager;
  readonly statement: Statement;
}

interface LockfileManagers {
  readonly lockfile: LockfileVersion;
  readonly managers: Installers["all"];
}

/** The owner of the lockfile; beside it what is stated, where that does not fit the lockfile nor another one. */
function managersFor(
  lockfile: LockfileVersion,
  stated: readonly StatedManager[],
  borneOut: readonly StatedManager[],
  anyOf: (kind: LockfileFormat) => Manager,
): readonly Manager[] {
  const own = stated.filter(({ manager }) => isSameFamily(manager.kind, lockfile.format)).map(({ manager }) => manager);
  if (own.length > 0 && own.every((manager) => fits(manager, lockfile))) return withOthers(own, anyOf);
  const others = own.length > 0 ? own : borneOut.length > 0 ? [] : stated.map(({ manager }) => manager);
  return [anyOf(lockfile.format), ...others];
}

/** Beside stated versions, one that stands for every other. */
function withOthers(own: readonly Manager[], anyOf: (kind: LockfileFormat) => Manager): readonly Manager[] {
  const others = own.flatMap(({ kind, version }) =>
    version === null ? [] : [{ ...anyOf(kind), insteadOf: version } satisfies Manager],
  );
  return [
    ...own,
    ...unique(others).filter(({ kind }) => !own.some((one) => one.kind === kind && one.version === null)),
  ];
}

/** Of the file's name only the version is taken that it speaks of; what is in the file may be any Yarn. */
function programAt(yarnPath: string): readonly Manager[] {
  const [, named] = /(?:^|[/\\])yarn-(\d[^/\\]*)\.[cm]?js$/.exec(yarnPath) ?? [];
  const version = named === undefined ? null : valid(named);
  const any = { kind: "yarn-berry", version: null, range: "*" } as const;
  return version === null
    ? [any]
    : [
        { kind: "yarn-berry", version },
        { ...any, insteadOf: version },
      ];
}

function unlockedBy(
  byLockfile: readonly LockfileManagers[],
  stated: readonly StatedManager[],
  borneOut: readonly StatedManager[],
  owner: Manager | null,
  anyOf: (kind: LockfileFormat) => Manager,
): readonly (Manager | null)[] {
  if (byLockfile.length === 0)
    return stated.length > 0
      ? withOthers(
          stated.map(({ manager }) => manager),
          anyOf,
        )
      : [owner];
  const isOfStated = ({ lockfile }: LockfileManagers): boolean =>
    borneOut.some(({ manager }) => isSameFamily(manager.kind, lockfile.format));
  return unique(
    byLockfile.filter((one) => borneOut.length === 0 || isOfStated(one)).flatMap(({ managers }) => managers),
  );
}

function contradictionIn(
  stated: readonly StatedManager[],
  borneOut: readonly StatedManager[],
  lockfiles: readonly LockfileVersion[],
): Contradiction | null {
  const [first] = stated;
  const [lockfile] = lockfiles;
  if (first === undefined || lockfile === undefined) return null;
  if (borneOut.length === 0) return told(first, `the lockfile here is of ${FAMILIES[lockfile.format]}`);
  for (const one of borneOut) {
    const misfit = lockfiles.find(
      (candidate) => isSameFamily(one.manager.kind, candidate.format) && !fits(one.manager, candidate),
    );
    if (misfit === undefined) continue;
    return told(
      one,
      `the lockfile here has format ${misfit.formatVersion}, which only ${FAMILIES[misfit.format]} ${writersOf(misfit)} keeps`,
    );
  }
  return null;
}

function told({ statement: { name, range, span } }: StatedManager, but: string): Contradiction {
  const stated = oneLine(range === null ? name : `${name}@${range}`, 60);
  const message =
    `package.json states ${stated}, but ${but}. Which of them installs is not known, ` +
    "so a cooldown or a blocked install script counts only where it holds for both. " +
    "Correct the statement, or remove the lockfile that is not used.";
  return { span, message };
}

function fits({ kind, version }: Manager, lockfile: LockfileVersion): boolean {
  return (
    kind === lockfile.format &&
    (version === null || satisfies(version, writersOf(lockfile), { includePrerelease: true }))
  );
}

/** A format that is newer than those known is taken for one of the newest versions. */
function writersOf({ format, formatVersion }: LockfileVersion): string {
  const at = Number.parseFloat(formatVersion);
  return WRITERS[format].findLast(({ since }) => at >= since)?.by ?? "*";
}

export function isSameFamily(one: LockfileFormat, other: LockfileFormat): boolean {
  return FAMILIES[one] === FAMILIES[other];
}

function unique<T extends Manager | null>(managers: readonly T[]): readonly T[] {
  const byKey = new Map<string, T>();
  for (const manager of managers) {
    const key = JSON.stringify([manager?.kind, manager?.version, manager?.insteadOf]);
    if (!byKey.has(key)) byKey.set(key, manager);
  }
  return [...byKey.values()];
}
