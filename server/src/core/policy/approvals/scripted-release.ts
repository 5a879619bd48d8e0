import { lockedBy, type Subject } from "../../facts/subject.ts";
import type { ScriptedRelease } from "./approval.ts";

/** What approvals are asked about. */
export function scriptedRelease(subject: Subject): ScriptedRelease {
  const { name, version } = subject;
  return { name, version, isVersionProven: isVersionProven(subject), lockedBy: lockedBy(subject) };
}

/** npm takes the version from the tarball's address in its lockfile; what is not locked yet it asks the registry for. @npmcli/arborist, version-from-tgz.js */
function isVersionProven({ locked }: Subject): boolean {
  return locked.every(
    ({ uri, resolved }) =>
      !/\/(package-lock|npm-shrinkwrap)\.json$/.test(uri) || /\/-\/[^/]+\.tgz$/.test(resolved ?? ""),
  );
}
