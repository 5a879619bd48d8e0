/** Names that the project takes from somewhere other than a registry: a workspace, a folder, a tarball, a repository. */
import type { Dependents } from "../dependents.ts";
import type { ProjectTexts } from "../project-texts.ts";

export function isTakenElsewhere({ manifests }: ProjectTexts, name: string): boolean {
  return manifests.some(
    ({ importer, model }) =>
      (importer !== "" && model.name === name) ||
      model.dependencies.some(({ alias, specifier: { source } }) => alias === name && !NAMED.has(source)),
  );
}

/** Where a version of a name is asked for; what a catalog or an unknown protocol stands for is no place of its own. */
const NAMED: ReadonlySet<string> = new Set(["registry", "catalog", "invalid"]);

/** What the project takes from elsewhere stays there, as other versions do: the lockfile does not always hold it. */
export function besideElsewhere(dependents: Dependents, texts: ProjectTexts): Dependents {
  return {
    ...dependents,
    aliases: dependents.aliases.map((entry) =>
      isTakenElsewhere(texts, entry.alias) ? { ...entry, isSelective: true } : entry,
    ),
  };
}
