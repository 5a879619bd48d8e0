/** The edits that choose another version of one package, wherever it is asked for. */
import { satisfies } from "semver";
import { readManifestConfig } from "../documents/config/json.ts";
import { mapAt } from "../documents/config/tree.ts";
import type { Judged } from "../engine/report.ts";
import type { LockfileFormat } from "../model.ts";
import type { Fix, FixInput } from "./fixes.ts";
import { heldBy } from "./held.ts";
import type { Held, Hold, Parent } from "./held.ts";
import { addBesidePeer } from "./own-peer.ts";
import { addOverrides, between } from "./override.ts";
import { pinEntry, pinInCatalogs, takes } from "./pin.ts";
import type { Pin } from "./pin.ts";
import { covers, pinStanding, standingIn } from "./standing.ts";
import type { Standing } from "./standing.ts";
import { catalogsIn, managerIn, rootOf, withEdits } from "./texts.ts";
import type { FileEdit, ProjectTexts } from "./texts.ts";

export type UnrankedFix = Omit<Fix, "preferred">;

/**
 * A direct dependency is pinned where it is declared. Overrides that give the version that is to go are set, and others
 * are added for the packages that take it still. null where there is nothing to edit, or no room for it.
 */
export function mend(input: Omit<FixInput, "judged" | "path">, { subject, target }: Judged, version: string, note: string): UnrankedFix | null {
  const { texts, pinStyle, lockfiles, all } = input;
  const { name } = subject;
  const wanted: Pin = { name, from: subject.version, to: version, style: pinStyle };
  const held = heldBy(target, lockfiles, managerIn(texts)?.kind ?? null, all);
  const pins = target.direct ? pinsIn(texts, wanted) : [];
  const standing = standingIn(texts, held?.format ?? null, held?.lockfiles[0]?.formatVersion ?? null);
  const set = standing.flatMap((each) => pinStanding(each, wanted));
  const own = once([...pins, ...set]);
  const patch = held?.format === "pnpm" && isPatched(texts, wanted) ? `, once its patch of ${subject.version} is taken out` : "";
  const fix = (verb: string, edits: readonly FileEdit[]): UnrankedFix => ({ title: `${verb}${patch}${note}`, package: name, edits });
  if (pins.length > 0) {
    const open = held === null ? [] : withoutFollowers(openHolds(held, standing, wanted), held, texts, wanted);
    // Bun overrides all versions or none: what else the project asks for is not to change with a pin.
    const isAll = held?.format === "bun" && open.some(({ isSelective }) => isSelective);
    const edits = held === null || open.length === 0 || isAll ? null : withOverrides(texts, own, held, open, wanted);
    return edits === null ? fix(`Pin ${name} to ${version}`, own) : fix(`Pin ${name} to ${version}, also below ${listed(open)}`, edits);
  }
  if (held === null) return set.length === 0 ? null : fix(`Override ${name} with ${version}`, own);
  if (target.direct && set.length === 0 && held.holds.every(({ parents }) => parents.length === 0)) {
    const edits = addBesidePeer(texts, wanted);
    return edits.length === 0 ? null : fix(`Add ${name} ${version} to devDependencies`, edits);
  }
  const uncovered = openHolds(held, standing, wanted);
  const open = target.direct ? withoutFollowers(uncovered, held, texts, wanted) : uncovered;
  const edits = open.length === 0 ? own : withOverrides(texts, own, held, open, wanted);
  const takesAll = held.format === "bun" && open.some(({ isSelective }) => isSelective);
  return edits === null || edits.length === 0 ? null : fix(`Override ${takesAll ? `every version of ${name}` : name} with ${version}`, edits);
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

/** What no override covers. One that nothing is known to lead to is there all the same, unless another leads to it. */
function openHolds({ holds, format, places }: Held, standing: readonly Standing[], wanted: Pin): readonly Hold[] {
  const isCovered = (alias: string, parent: Parent): boolean => standing.some((each) => covers(each, alias, parent, format, wanted) && !(format === "yarn-berry" && each.override.keys.join("").includes("@", 1) && places.some(({ key }) => key.includes(", "))));
  const led = holds.filter(({ parents }) => parents.length > 0);
  if (led.length === 0) return holds.filter(({ alias }) => !standing.some(({ override, counts }) => counts && override.name === alias && override.keys.length === 1));
  return led.map((hold) => ({ ...hold, parents: hold.parents.filter((parent) => !isCovered(hold.alias, parent)) })).filter(({ parents }) => parents.length > 0);
}

/**
 * Without those that take what the project pins by themselves: Bun gives them the project's version where their range
 * allows it, and npm does where that version stands at the root. So peers need no override, which no facts tell from others.
 */
function withoutFollowers(holds: readonly Hold[], { format }: Held, texts: ProjectTexts, { name, from, to }: Pin): readonly Hold[] {
  const atRoot = rootOf(texts)?.model.dependencies.filter(({ section }) => section !== "peerDependencies") ?? [];
  return holds.flatMap((hold): readonly Hold[] => {
    const isAtRoot = atRoot.some(({ alias, specifier }) => alias === hold.alias && (takes(specifier, name, from) || takes(specifier, name, to)));
    const parents = follows(format, isAtRoot) ? hold.parents.filter(({ range }) => range === null || !satisfies(to, range)) : hold.parents;
    return parents.length === 0 ? [] : [{ ...hold, parents }];
  });
}

function follows(format: LockfileFormat, isAtRoot: boolean): boolean {
  return format === "bun" || (format === "npm" && isAtRoot);
}

/** pnpm ends with ERR_PNPM_UNUSED_PATCH where a patch of one version finds no such version. https://pnpm.io/settings#patcheddependencies */
function isPatched(texts: ProjectTexts, { name, from }: Pin): boolean {
  const root = rootOf(texts);
  const homes = [...(root === null ? [] : [mapAt(readManifestConfig(root.text).root, "pnpm", "patchedDependencies")]), ...texts.configs.filter(({ kind }) => kind === "pnpm-workspace").map(({ tree }) => mapAt(tree.root, "patchedDependencies"))];
  return homes.some(({ entries }) => entries.has(`${name}@${from}`));
}

function withOverrides(texts: ProjectTexts, own: readonly FileEdit[], held: Held, open: readonly Hold[], wanted: Pin): readonly FileEdit[] | null {
  const pinned = withEdits(texts, own);
  const added = addOverrides(pinned, held, open, wanted);
  return added === null ? null : between(texts, withEdits(pinned, added));
}

function listed(holds: readonly Hold[]): string {
  const [first = "", second, ...more] = new Set(holds.flatMap(({ parents }) => parents.map(({ locked }) => locked.name)));
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} others`;
}
