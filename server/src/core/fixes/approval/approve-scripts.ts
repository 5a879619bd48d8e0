/** Approves or denies install scripts, in the words and the file of the project's package manager. */
import type { Approval, ScriptedRelease } from "../../policy/approvals/index.ts";
import { scriptedRelease } from "../../policy/approvals/scripted-release.ts";
import type { LockfileFormat } from "../../model.ts";
import { projectApprovals } from "../../policy/combined.ts";
import type { Manager } from "../../project/manager.ts";
import { hasInstallScript } from "../../facts/subject.ts";
import { approve, deny } from "./approval-edits.ts";
import type { Fix, ReleaseFixer } from "../fix.ts";
import { ownPolicy } from "../policy-texts.ts";
import type { PolicyTexts } from "../policy-texts.ts";
import { installersIn, managerIn, rootOf, withEdits } from "../project-texts.ts";
import type { FileEdit, ProjectTexts } from "../project-texts.ts";

/** None of them is preferred: whether a script is to run is for a person to say. */
export const approveScripts: ReleaseFixer = ({ release, texts, lockfiles, personal }) =>
  // What comes inside its tarball is in no list.
  hasInstallScript(release.subject)
    ? approvalFixes({
        texts,
        lockfiles: lockfiles.map(({ model }) => model),
        personal,
        release: scriptedRelease(release.subject),
      })
    : [];

export interface ApprovalFixInput extends PolicyTexts {
  readonly release: ScriptedRelease;
}

/**
 * Approve this version, else the package where the manager knows no versions; deny the package. Each only where it changes
 * anything, and where the files, read again after it, say what was asked.
 */
export function approvalFixes(input: ApprovalFixInput): readonly Fix[] {
  const {
    texts,
    personal,
    release: { name, version },
  } = input;
  const root = rootOf(texts);
  if (root === null) return [];
  const place = { texts, root, personal, manager: managerIn(texts) };
  const before = approvalIn(input, texts).given;
  const offer = (title: string, given: Approval["given"], edits: readonly FileEdit[]): Fix | null =>
    edits.length > 0 && before !== given && approvalIn(input, withEdits(texts, edits)).given === given
      ? { title, edits, package: null, isPreferred: false, ...(given === "denied" ? {} : { runsRelease: true }) }
      : null;
  const approved =
    offer(`Approve the install script of ${name} ${version}`, "version", approve(place, name, version)) ??
    (before === "none"
      ? offer(`Approve the install scripts of ${name}, whatever the version`, "name", approve(place, name, null))
      : null);
  const denied = offer(`Deny the install scripts of ${name}`, "denied", deny(place, name));
  return [approved, denied].filter((fix) => fix !== null);
}

/** As the manager reads it that the fix is written for, in the version that is stated. */
function approvalIn({ lockfiles, personal, release }: ApprovalFixInput, texts: ProjectTexts): Approval {
  const files = [...ownPolicy(texts), ...personal];
  const all = installersIn(texts, lockfiles);
  const installers = { ...all, of: (lockedBy: readonly LockfileFormat[]) => all.of(lockedBy).filter(isStated) };
  return projectApprovals({ installers, files, lockfiles, trusted: true }).of(release);
}

function isStated(manager: Manager | null): boolean {
  return manager?.insteadOf === undefined;
}
