/** What is left to be overridden once the project's own entries are set. */
import { satisfies } from "semver";
import type { LockfileFormat } from "../model.ts";
import { covers } from "./covers.ts";
import type { Held, Hold, Parent } from "./held.ts";
import { takes } from "./pin.ts";
import type { Pin } from "./pin.ts";
import type { Standing } from "./standing.ts";
import { rootOf } from "./texts.ts";
import type { ProjectTexts } from "./texts.ts";

/** What no override covers. One that nothing is known to lead to is there all the same, unless another leads to it. */
export function openHolds(held: Held, standing: readonly Standing[], wanted: Pin): readonly Hold[] {
  const { holds } = held;
  const isCovered = (alias: string, parent: Parent): boolean =>
    standing.some((each) => covers(each, alias, parent, held, wanted));
  const led = holds.filter(({ parents }) => parents.length > 0);
  if (led.length === 0)
    return holds.filter(
      ({ alias }) => !standing.some(({ override }) => override.name === alias && override.keys.length === 1),
    );
  return led
    .map((hold) => ({ ...hold, parents: hold.parents.filter((parent) => !isCovered(hold.alias, parent)) }))
    .filter(({ parents }) => parents.length > 0);
}

/**
 * Without those that take what the project asks for itself: Bun gives them the project's version where their range
 * allows it, and npm does where that version stands at the root. So peers need no override, which no facts tell from others.
 */
export function withoutFollowers(
  holds: readonly Hold[],
  { format }: Held,
  texts: ProjectTexts,
  wanted: Pin,
): readonly Hold[] {
  return holds.flatMap((hold): readonly Hold[] => {
    const parents = isFollowed(format, texts, hold.alias, wanted)
      ? hold.parents.filter(({ range }) => range === null || !satisfies(wanted.to, range))
      : hold.parents;
    return parents.length === 0 ? [] : [{ ...hold, parents }];
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
