/** Keys of overrides that hold below one package. */
import type { Dependents, AliasDependents } from "../dependents.ts";

/** The packages that take a release, by their real names, with the version where others are locked too: `alpha`, `beta@1.0.0`. */
export function parentsOf(
  { lockfiles }: Pick<Dependents, "lockfiles">,
  { parents }: Pick<AliasDependents, "parents">,
): readonly string[] {
  const versions = versionsIn(lockfiles);
  const isLockedOnce = (name: string): boolean => versions.get(name)?.size === 1;
  return [
    ...new Set(parents.map(({ locked: { name, version } }) => (isLockedOnce(name) ? name : `${name}@${version}`))),
  ].sort();
}

const versionsByLockfiles = new WeakMap<Dependents["lockfiles"], ReadonlyMap<string, ReadonlySet<string>>>();

/** Of each package, by its real name. */
function versionsIn(lockfiles: Dependents["lockfiles"]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = versionsByLockfiles.get(lockfiles);
  if (known !== undefined) return known;
  const found = new Map<string, Set<string>>();
  for (const { packages } of lockfiles) {
    for (const { name, version } of packages) {
      const own = found.get(name) ?? new Set<string>();
      found.set(name, own.add(version));
    }
  }
  versionsByLockfiles.set(lockfiles, found);
  return found;
}
