/** What is left to be overridden once the project's own entries are set. */
import { satisfies } from "semver";
import type { LockfileFormat } from "../../model.ts";
import { covers } from "./covers.ts";
import type { Dependents, AliasDependents, Parent } from "../dependents.ts";
import { takes } from "../pin.ts";
import type { Pin } from "../pin.ts";
import type { ExistingOverride } from "./existing.ts";
import { rootOf } from "../project-texts.ts";
import type { ProjectTexts } from "../project-texts.ts";

/** What no override covers. One that nothing is known to lead to is there all the same, unless another leads to it. */
export function uncoveredAliases(
  dependents: Dependents,
  existing: readonly ExistingOverride[],
  wanted: Pin,
): readonly AliasDependents[] {
  const { aliases } = dependents;
  const isCovered = (alias: string, parent: Parent): boolean =>
    existing.some((each) => covers(each, alias, parent, dependents, wanted));
  const led = aliases.filter(({ parents }) => parents.length > 0);
  if (led.length === 0)
    return aliases.filter(
      ({ alias }) => !existing.some(({ override }) => override.name === alias && override.keys.length === 1),
    );
  return led
    .map((entry) => ({ ...entry, parents: entry.parents.filter((parent) => !isCovered(entry.alias, parent)) }))
    .filter(({ parents }) => parents.length > 0);
}

/**
 * Without those that take what the project asks for itself: Bun gives them the project's version where their range
 * allows it, and npm does where that version stands at the root. So peers need no override, which no facts tell from others.
 */
export function withoutFollowers(
  aliases: readonly AliasDependents[],
  { format }: Dependents,
  texts: ProjectTexts,
  wanted: Pin,
): readonly AliasDependents[] {
  return aliases.flatMap((entry): readonly AliasDependents[] => {
    const parents = isFollowed(format, texts, entry.alias, wanted)
      ? entry.parents.filter(({ range }) => range === null || !satisfies(wanted.to, range))
      : entry.parents;
    return parents.length === 0 ? [] : [{ ...entry, parents }];
  });
}

function isFollowed(format: LockfileFormat, texts: ProjectTexts, name: string, wanted: Pin): boolean {
  const root = rootOf(texts);
  const followed = format === "bun" ? texts.manifests : format === "npm" && root !== null ? [root] : [];
  return followed.some(({ model }) =>
    model.dependencies.some(
      ({ section, alias, specifier }) =>
        alias === name &&
        section !== "peerDependencies" &&
        (specifier.source === "catalog" ||
          takes(specifier, wanted.name, wanted.from) ||
          takes(specifier, wanted.name, wanted.to)),
    ),
  );
}
