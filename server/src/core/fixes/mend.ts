/** The edits that choose another version of one package, wherever it is asked for. */
import { readManifestConfig } from "../documents/config/json.ts";
import { mapAt } from "../documents/config/tree.ts";
import type { Judged } from "../engine/report.ts";
import { besideElsewhere } from "./elsewhere.ts";
import type { Fix, FixInput } from "./fixes.ts";
import { heldBy } from "./held.ts";
import type { Held, Hold } from "./held.ts";
import { homesOf } from "./homes.ts";
import type { Home } from "./homes.ts";
import { openHolds, withoutFollowers } from "./open.ts";
import { addBesidePeer } from "./own-peer.ts";
import { addOverrides } from "./override.ts";
import { pinEntry, pinInCatalogs } from "./pin.ts";
import type { Pin } from "./pin.ts";
import { pinStanding, standingIn } from "./standing.ts";
import { between, catalogsIn, managerIn, rootOf, withEdits } from "./texts.ts";
import type { FileEdit, ProjectTexts } from "./texts.ts";

export type UnrankedFix = Omit<Fix, "preferred">;

/**
 * A direct dependency is pinned where it is declared. Overrides that give the version that is to go are set, and others
 * are added for the packages that take it still. null where there is nothing to edit, or no room for it.
 */
export function mend(
  input: Omit<FixInput, "judged" | "path">,
  { subject, target }: Judged,
  version: string,
  note: string,
): UnrankedFix | null {
  const { texts, pinStyle, lockfiles, all } = input;
  const { name } = subject;
  const wanted: Pin = { name, from: subject.version, to: version, style: pinStyle };
  const found = heldBy(target, lockfiles, managerIn(texts)?.kind ?? null, all);
  const held = found === null ? null : besideElsewhere(found, texts);
  const homes = held === null ? [] : homesOf(texts, held.format, held.lockfiles[0]?.formatVersion ?? null);
  const pins = target.direct ? pinsIn(texts, wanted) : [];
  const standing = standingIn(texts, held?.format ?? null, homes);
  const set = standing.flatMap((each) => pinStanding(each, wanted));
  const own = once([...pins, ...set]);
  const patch =
    held?.format === "pnpm" && isPatched(texts, wanted) ? `, once its patch of ${subject.version} is taken out` : "";
  const fix = (verb: string, edits: readonly FileEdit[]): UnrankedFix => ({
    title: `${verb}${patch}${note}`,
    package: name,
    edits,
  });
  if (held === null)
    return pins.length > 0
      ? fix(`Pin ${name} to ${version}`, own)
      : set.length > 0
        ? fix(`Override ${name} with ${version}`, own)
        : null;
  if (target.direct && own.length === 0 && held.holds.every(({ parents }) => parents.length === 0)) {
    const edits = addBesidePeer(texts, wanted);
    return edits.length === 0 ? null : fix(`Add ${name} ${version} to devDependencies`, edits);
  }
  const open = homes.flatMap((home): readonly Open[] => {
    const uncovered = openHolds(
      held,
      standing.filter((each) => each.home === home),
      wanted,
    );
    const holds = target.direct ? withoutFollowers(uncovered, held, texts, wanted) : uncovered;
    return holds.length === 0 ? [] : [{ home, holds }];
  });
  const takesAll = open.some(({ home, holds }) => home.isFlat && holds.some(({ isSelective }) => isSelective));
  if (pins.length > 0) {
    // What else the project asks for is not to change with a pin.
    const edits = open.length === 0 || takesAll ? null : withOverrides(texts, own, held, open, wanted);
    return edits === null
      ? fix(`Pin ${name} to ${version}`, own)
      : fix(`Pin ${name} to ${version}, also below ${listed(open)}`, edits);
  }
  const edits = open.length === 0 ? own : withOverrides(texts, own, held, open, wanted);
  return edits === null || edits.length === 0
    ? null
    : fix(`Override ${takesAll ? `every version of ${name}` : name} with ${version}`, edits);
}

function pinsIn(texts: ProjectTexts, wanted: Pin): readonly FileEdit[] {
  const catalogs = catalogsIn(texts);
  return texts.manifests.flatMap(({ uri, model }) => [
    ...model.dependencies.flatMap((declared) => pinEntry(declared, wanted)).map((edit) => ({ ...edit, uri })),
    ...pinInCatalogs(model, catalogs, wanted),
  ]);
}

/** Several workspaces may stand for one entry of a catalog. */
function once(edits: readonly FileEdit[]): readonly FileEdit[] {
  return [...new Map(edits.map((edit) => [`${edit.uri} ${edit.span.start}`, edit])).values()];
}

/** pnpm ends with ERR_PNPM_UNUSED_PATCH where a patch of one version finds no such version. https://pnpm.io/settings#patcheddependencies */
function isPatched(texts: ProjectTexts, { name, from }: Pin): boolean {
  const root = rootOf(texts);
  const homes = [
    ...(root === null ? [] : [mapAt(readManifestConfig(root.text).root, "pnpm", "patchedDependencies")]),
    ...texts.configs
      .filter(({ kind }) => kind === "pnpm-workspace")
      .map(({ tree }) => mapAt(tree.root, "patchedDependencies")),
  ];
  return homes.some(({ entries }) => entries.has(`${name}@${from}`));
}

/** A home with what is to be added there. */
interface Open {
  readonly home: Home;
  readonly holds: readonly Hold[];
}

function withOverrides(
  texts: ProjectTexts,
  own: readonly FileEdit[],
  held: Held,
  open: readonly Open[],
  wanted: Pin,
): readonly FileEdit[] | null {
  let current = withEdits(texts, own);
  for (const { home, holds } of open) {
    const added = addOverrides({ texts: current, home, held, holds, wanted });
    if (added === null) return null;
    current = withEdits(current, added);
  }
  return between(texts, current);
}

function listed(open: readonly Open[]): string {
  const [first = "", second, ...more] = new Set(
    open.flatMap(({ holds }) => holds.flatMap(({ parents }) => parents.map(({ locked }) => locked.name))),
  );
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} others`;
}
