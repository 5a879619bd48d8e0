/** The edits that choose another version of one package, wherever it is asked for. */
import { satisfies } from "semver";
import { readManifestConfig } from "../documents/config/json.ts";
import { mapAt } from "../documents/config/tree.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { configDependenciesIn } from "../documents/config-dependencies.ts";
import { packageExtensionsOf } from "../project/asks.ts";
import { besideElsewhere } from "./override/elsewhere.ts";
import type { Fix, FixableRelease, ReleaseFixInput } from "./fix.ts";
import { findDependents } from "./dependents.ts";
import type { Dependents, AliasDependents } from "./dependents.ts";
import { overrideLocations } from "./override/locations.ts";
import type { OverrideLocation } from "./override/locations.ts";
import { uncoveredAliases, withoutFollowers } from "./override/uncovered.ts";
import { addBesidePeer } from "./own-peer.ts";
import { addOverrides } from "./override/add-overrides.ts";
import { pinEntry, pinInCatalogs } from "./pin.ts";
import type { Pin, PinEdit } from "./pin.ts";
import { LONGEST_SPECIFIER } from "../documents/limits.ts";
import type { LockfileFormat } from "../model.ts";
import { pinExisting, existingOverrides } from "./override/existing.ts";
import { between, catalogsIn, managerIn, rootOf, withEdits } from "./project-texts.ts";
import type { FileEdit, ProjectTexts } from "./project-texts.ts";

export type UnrankedFix = Omit<Fix, "isPreferred">;

/**
 * A direct dependency is pinned where it is declared. Overrides that give the version that is to go are set, and others
 * are added for the packages that take it still. null where there is nothing to edit, or no room for it.
 */
export function versionFix(
  input: Omit<ReleaseFixInput, "release" | "path" | "personal">,
  { subject, target, safe }: FixableRelease,
  version: string,
  note: string | null,
): UnrankedFix | null {
  const { texts, pinStyle, lockfiles, all } = input;
  const { name } = subject;
  const wanted: Pin = { name, from: subject.version, to: version, style: pinStyle };
  const found = findDependents(target, lockfiles, managerIn(texts)?.kind ?? null, all);
  const dependents = found === null ? null : besideElsewhere(found, texts);
  const locations =
    dependents === null
      ? []
      : overrideLocations(texts, dependents.format, dependents.lockfiles[0]?.formatVersion ?? null);
  const integrity = safe?.integrities.get(version) ?? null;
  const pins = [
    ...(target.direct ? [...pinsIn(texts, wanted), ...pinExtensions(texts, wanted)] : []),
    ...pinConfigDependencies(texts, wanted, integrity),
  ];
  const existing = existingOverrides(texts, dependents?.format ?? null, locations);
  const set = existing.flatMap((each) => pinExisting(each, wanted));
  const own = once([...pins, ...set]);
  const notes = [note, patchNote(texts, dependents?.format ?? managerIn(texts)?.kind ?? null, wanted, own)].filter(
    (each) => each !== null,
  );
  const fix = (verb: string, edits: readonly FileEdit[]): UnrankedFix => ({
    title: notes.length === 0 ? verb : `${verb} (${notes.join("; ")})`,
    package: name,
    edits,
  });
  if (dependents === null)
    return pins.length > 0
      ? fix(`Pin ${name} to ${version}`, own)
      : set.length > 0
        ? fix(`Override ${name} with ${version}`, own)
        : null;
  if (target.direct && own.length === 0 && dependents.aliases.every(({ parents }) => parents.length === 0)) {
    const edits = addBesidePeer(texts, wanted);
    return edits.length === 0 ? null : fix(`Add ${name} ${version} to devDependencies`, edits);
  }
  const open = locations.flatMap((location): readonly Uncovered[] => {
    const uncovered = uncoveredAliases(
      dependents,
      existing.filter((each) => each.location === location),
      wanted,
    );
    const aliases = target.direct ? withoutFollowers(uncovered, dependents, texts, wanted) : uncovered;
    return aliases.length === 0 ? [] : [{ location, aliases }];
  });
  const takesAll = open.some(
    ({ location, aliases }) => location.isFlat && aliases.some(({ isSelective }) => isSelective),
  );
  if (pins.length > 0) {
    // What else the project asks for is not to change with a pin.
    const edits = open.length === 0 || takesAll ? null : withOverrides(texts, own, dependents, open, wanted);
    return edits === null
      ? fix(`Pin ${name} to ${version}`, own)
      : fix(`Pin ${name} to ${version}, also below ${listed(open)}`, edits);
  }
  const edits = open.length === 0 ? own : withOverrides(texts, own, dependents, open, wanted);
  return edits === null || edits.length === 0
    ? null
    : fix(`Override ${takesAll ? `every version of ${name}` : name} with ${version}`, edits);
}

function pinsIn(texts: ProjectTexts, wanted: Pin): readonly (FileEdit & PinEdit)[] {
  const catalogs = catalogsIn(texts);
  return texts.manifests.flatMap(({ uri, model }) => [
    ...model.dependencies.flatMap((declared) => pinEntry(declared, wanted)).map((edit) => ({ ...edit, uri })),
    ...pinInCatalogs(model, catalogs, wanted),
  ]);
}

/** The policy files, and what of policy the root manifest holds, where they can be read whole. */
function policyIn(texts: ProjectTexts): readonly Policy[] {
  const root = rootOf(texts);
  const inManifest =
    root === null
      ? []
      : [{ uri: root.uri, kind: "package-json" as const, text: root.text, model: readManifestConfig(root.text) }];
  const inFiles = texts.configs.map(({ uri, kind, text, tree }) => ({ uri, kind, text: text ?? "", model: tree }));
  return [...inFiles, ...inManifest].filter(({ model }) => model.problems.length === 0);
}

interface Policy {
  readonly uri: string;
  readonly kind: ConfigKind | "package-json";
  readonly text: string;
  readonly model: ConfigTree;
}

/** pnpm's configDependencies state a version with its integrity. What comes from an address of its own is left alone. */
function pinConfigDependencies(
  texts: ProjectTexts,
  { name, from, to }: Pin,
  integrity: string | null,
): readonly FileEdit[] {
  if (integrity === null) return [];
  return policyIn(texts).flatMap((policy) =>
    configDependenciesIn(policy.kind, policy.model.root)
      .filter((locked) => locked.name === name && locked.version === from && locked.resolved === null)
      .flatMap(({ version, versionSpan: { start }, integrity: former }): readonly FileEdit[] => {
        const written = former === null ? version : `${version}+${former}`;
        // Where it is written with escapes, its end is elsewhere.
        if (!policy.text.startsWith(written, start)) return [];
        return [{ uri: policy.uri, span: { start, end: start + written.length }, newText: `${to}+${integrity}` }];
      }),
  );
}

/** What the project adds to packages is set as its own dependencies are. */
function pinExtensions(texts: ProjectTexts, wanted: Pin): readonly (FileEdit & PinEdit)[] {
  return policyIn(texts).flatMap((policy) =>
    packageExtensionsOf(policy.kind, policy.model.root)
      .filter(({ extension: { isReplaceable } }) => isReplaceable)
      .flatMap(({ extension }) => pinEntry(extension, wanted))
      .map((edit) => ({ ...edit, uri: policy.uri })),
  );
}

/** Several workspaces may stand for one entry of a catalog. */
function once(edits: readonly (FileEdit & PinEdit)[]): readonly (FileEdit & PinEdit)[] {
  return [...new Map(edits.map((edit) => [`${edit.uri} ${edit.span.start}`, edit])).values()];
}

/** What becomes of the project's patch for the version that is to go; null where there is none. */
function patchNote(
  texts: ProjectTexts,
  manager: LockfileFormat | null,
  { name, from, to }: Pin,
  edits: readonly PinEdit[],
): string | null {
  const isPatched = patchesOf(texts, manager).some((key) => isLostFor(key, name, from, to));
  // pnpm ends with ERR_PNPM_UNUSED_PATCH where a patch of one version finds no such version.
  if (isPatched && manager === "pnpm") return `remove the patch for ${from} first`;
  return isPatched || edits.some(({ dropsPatch }) => dropsPatch === true) ? `without the patch for ${from}` : null;
}

/** Keys of the patches that are kept apart from what is asked for: https://pnpm.io/settings#patcheddependencies, https://bun.com/docs/pm/cli/patch */
function patchesOf(texts: ProjectTexts, manager: LockfileFormat | null): readonly string[] {
  const root = rootOf(texts);
  const manifest = root === null ? null : readManifestConfig(root.text).root;
  const key = "patchedDependencies";
  if (manager === "bun") return manifest === null ? [] : [...mapAt(manifest, key).entries.keys()];
  if (manager !== "pnpm") return [];
  const locations = [
    ...(manifest === null ? [] : [mapAt(manifest, "pnpm", key)]),
    ...texts.configs.filter(({ kind }) => kind === "pnpm-workspace").map(({ tree }) => mapAt(tree.root, key)),
  ];
  return locations.flatMap(({ entries }) => [...entries.keys()]);
}

/** A patch that names a version, or a range (pnpm), is for those alone; one that names none is for every version. */
function isLostFor(key: string, name: string, from: string, to: string): boolean {
  if (!key.startsWith(`${name}@`)) return false;
  const range = key.slice(name.length + 1);
  if (range === from) return true;
  return range.length <= LONGEST_SPECIFIER && satisfies(from, range) && !satisfies(to, range);
}

/** A location with what is to be added there. */
interface Uncovered {
  readonly location: OverrideLocation;
  readonly aliases: readonly AliasDependents[];
}

function withOverrides(
  texts: ProjectTexts,
  own: readonly FileEdit[],
  dependents: Dependents,
  open: readonly Uncovered[],
  wanted: Pin,
): readonly FileEdit[] | null {
  let current = withEdits(texts, own);
  for (const { location, aliases } of open) {
    const added = addOverrides({ texts: current, location, dependents, aliases, wanted });
    if (added === null) return null;
    current = withEdits(current, added);
  }
  return between(texts, current);
}

function listed(open: readonly Uncovered[]): string {
  const [first = "", second, ...more] = new Set(
    open.flatMap(({ aliases }) => aliases.flatMap(({ parents }) => parents.map(({ locked }) => locked.name))),
  );
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} others`;
}
