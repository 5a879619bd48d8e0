/** Script approvals as the project's package manager sees them. */
import type { Lockfile, LockfileFormat } from "../../model.ts";
import { filesFor, personal, unreadFile, type PolicyFile } from "../../config/layers.ts";
import type { Manager } from "../../project/manager.ts";
import type { Approval, ScriptedRelease, StatedApprovals } from "./approval.ts";
import { bunApprovals } from "./bun.ts";
import { npmApprovals, npmVersions } from "./npm.ts";
import { pnpmApprovals, pnpmVersions } from "./pnpm.ts";
import { yarnApprovals, yarnClassicApprovals, yarnVersions } from "./yarn.ts";

export { splitKey } from "./approval.ts";
export type { Approval, ScriptedRelease } from "./approval.ts";
export { FIRST_WITH_ALLOW_BUILDS, FIRST_WITH_ALLOW_BUILDS_ONLY } from "./pnpm.ts";

export interface Approvals {
  /** The package manager, as messages call it. */
  readonly manager: string;
  /** A script that nobody approved is worth a word: the manager wants approvals, or the project has given some. */
  readonly areWanted: boolean;
  of(release: ScriptedRelease): Approval;
}

export interface ApprovalFacts {
  /** null: npm is taken to be it. */
  readonly manager: Manager | null;
  /** Nearest first. */
  readonly files: readonly PolicyFile[];
  readonly lockfiles: readonly Pick<Lockfile, "format" | "formatVersion">[];
}

const NAMES: Readonly<Record<LockfileFormat, string>> = {
  npm: "npm",
  pnpm: "pnpm",
  "yarn-classic": "Yarn",
  "yarn-berry": "Yarn",
  bun: "Bun",
};

/**
 * What the package manager makes of install scripts. Where its version is not known: what all versions agree on, and
 * approvals are wanted where any version wants them. A workspace that is not trusted can hold scripts back, and let none run.
 * Where a policy file cannot be read whole, no script is known to be approved, denied or held back.
 */
export function approvalsOf(facts: ApprovalFacts, trusted: boolean): Approvals {
  const kind = facts.manager?.kind ?? "npm";
  const manager = NAMES[kind];
  const stated = statedBy(kind, facts);
  const unread = unreadFile(facts.files, kind);
  if (unread !== null) {
    return { manager, areWanted: stated.areWanted, of: () => ({ runs: null, given: "none", origin: unread }) };
  }
  if (trusted) return { manager, ...stated };
  // Its word for the manager's version is no reason for less caution either.
  const own = statedBy(kind, { manager: { kind, version: null }, files: personal(facts.files), lockfiles: [] });
  return {
    manager,
    areWanted: stated.areWanted,
    of: (release) => {
      const word = stated.of(release);
      const mine = own.of(release);
      if (mine.runs === word.runs && mine.given !== "none") return mine;
      if (word.runs === true) return { ...word, given: "none" };
      return mine.runs === false ? mine : { runs: null, given: "none", origin: "this workspace, which is not trusted" };
    },
  };
}

function statedBy(kind: LockfileFormat, { manager, files, lockfiles }: ApprovalFacts): Omit<Approvals, "manager"> {
  const all = byVersion(kind, manager, files, lockfiles);
  return {
    areWanted: all.some(({ areWanted }) => areWanted) || all.some(({ areWritten }) => areWritten),
    of: (release) =>
      release.isInTarball === true && kind !== "npm"
        ? // None of them runs what comes inside a tarball, approved or not. Tried: Yarn 1 and 4, pnpm 9 to 12, Bun 1.4.
          { runs: false, given: "none", origin: `${NAMES[kind]}'s default` }
        : agreed(
            all.map((one) => one.of(release)),
            NAMES[kind],
          ),
  };
}

function byVersion(
  kind: LockfileFormat,
  manager: Manager | null,
  files: readonly PolicyFile[],
  lockfiles: ApprovalFacts["lockfiles"],
): readonly StatedApprovals[] {
  const version = manager?.version ?? null;
  const range = manager?.range ?? null;
  const lockfileVersion = lockfiles.find(({ format }) => format === kind)?.formatVersion ?? null;
  switch (kind) {
    case "npm":
      return (version === null ? npmVersions(lockfileVersion) : [version]).map((one) =>
        npmApprovals(filesFor(files, kind, one), one),
      );
    case "pnpm":
      return (version === null ? pnpmVersions(lockfileVersion, range) : [version]).map((one) =>
        pnpmApprovals(filesFor(files, kind, one), one),
      );
    case "yarn-berry": {
      // One of Yarn 1 is taken over, as one of an old format is.
      const taken = lockfileVersion ?? (lockfiles.some(({ format }) => format === "yarn-classic") ? "1" : null);
      return (version === null ? yarnVersions(taken, range) : [version]).map((one) =>
        yarnApprovals(filesFor(files, kind, one), one, taken),
      );
    }
    case "yarn-classic":
      return [yarnClassicApprovals()];
    case "bun":
      return [bunApprovals(filesFor(files, kind, version))];
  }
}

/** The weakest word comes last: what one version reads as a denial is none to build on. */
const WEIGHTS = ["none", "version", "name", "denied"] as const satisfies readonly Approval["given"][];

function agreed(answers: readonly Approval[], manager: string): Approval {
  const [first, ...others] = answers;
  if (first === undefined) return { runs: null, given: "none", origin: `${manager}'s version` };
  const heaviest = others.reduce(
    (best, answer) => (WEIGHTS.indexOf(answer.given) > WEIGHTS.indexOf(best.given) ? answer : best),
    first,
  );
  if (others.every(({ runs }) => runs === first.runs)) return heaviest;
  return {
    runs: null,
    given: heaviest.given,
    origin: heaviest.given === "none" ? `${manager}'s version` : heaviest.origin,
  };
}
