/** Keys of overrides that hold below one package. */
import type { Dependents, AliasDependents } from "../dependents.ts";

/** The packages that take a release, by their real names, with the version where others are locked too: `alpha`, `beta@1.0.0`. */
export function parentsOf(
  { lockfiles }: Pick<Dependents, "lockfiles">,
  { parents }: Pick<AliasDependents, "parents">,
): readonly string[] {
  const isLockedOnce = (name: string): boolean =>
    new Set(
      lockfiles.flatMap(({ packages }) =>
        packages.filter((locked) => locked.name === name).map(({ version }) => version),
      ),
    ).size === 1;
  return [
    ...new Set(parents.map(({ locked: { name, version } }) => (isLockedOnce(name) ? name : `${name}@${version}`))),
  ].sort();
}
