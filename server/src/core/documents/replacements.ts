/** What the project's overrides put in the place of what is asked for. */
import intersects from "semver/ranges/intersects.js";
import validRange from "semver/ranges/valid.js";
import type { Brought, DeclaredOverride, Manifest } from "../model.ts";
import type { Ask, IsReplaced } from "./substitution.ts";
import { overrideTarget } from "./override-key.ts";
type Override = Pick<DeclaredOverride, "field" | "keys" | "name" | "raw" | "specifier">;

/**
 * As the manifest's overrides have it, of the fields that the package manager reads. Where it could not be read whole
 * nothing is sure, so anything may be replaced: that it could not be read is reported.
 */
export function replacedBy(
  manifest: Manifest | undefined | null,
  fields: readonly DeclaredOverride["field"][],
): IsReplaced {
  if (manifest === undefined || manifest === null) return () => false;
  if (manifest.problems.length > 0) return () => true;
  return replacedIn(manifest.overrides.filter(({ field }) => fields.includes(field)));
}

/** An override counts where it is about the ask and leads to what is locked: any other changes nothing of it. */
export function replacedIn(overrides: readonly Override[]): IsReplaced {
  const byName = grouped(overrides);
  return (ask, locked) =>
    byName.get(ask.alias)?.some((override) => leadsTo(override, locked) && isAbout(override, ask)) === true;
}

/** Which overrides may be about an ask. */
export function overridesAbout<Each extends Override>(
  overrides: readonly Each[],
): (ask: Pick<Ask, "alias" | "raw" | "isBelow">) => readonly Each[] {
  const byName = grouped(overrides);
  return (ask) => byName.get(ask.alias)?.filter((override) => isAbout(override, ask)) ?? [];
}

function grouped<Each extends Override>(overrides: readonly Each[]): ReadonlyMap<string, readonly Each[]> {
  const byName = new Map<string, Each[]>();
  for (const override of overrides) {
    const known = byName.get(override.name);
    if (known === undefined) byName.set(override.name, [override]);
    else known.push(override);
  }
  return byName;
}

/** The range behind the package in the last key of an override; "" for none. */
export function rangeOfKey({ field, keys, name }: Pick<Override, "field" | "keys" | "name">): string {
  const key = (keys.at(-1) === "." ? keys.at(-2) : keys.at(-1)) ?? "";
  return key.slice(overrideTarget(field, key).at + name.length + 1);
}

/** Whether what is asked for so may come to what is locked. */
export function leadsTo(
  { specifier, raw }: Pick<Override, "specifier" | "raw">,
  { source, name, resolved, version }: Brought,
): boolean {
  switch (specifier.source) {
    case "registry":
    case "named-registry":
      return source === "registry" && specifier.name === name;
    case "file":
    case "link":
    case "workspace":
      return source === "file" || source === "link" || source === "workspace";
    case "git":
      return (source === "git" || source === "tarball") && isOfRepository(resolved ?? version, raw);
    case "tarball":
      return withoutFragment(resolved ?? version) === withoutFragment(raw);
    case "catalog":
      return true;
    case "invalid":
      return false;
  }
}

function withoutFragment(address: string): string {
  const hash = address.indexOf("#");
  return (hash === -1 ? address : address.slice(0, hash)).trim();
}

/** Whether an address has the owner and the name of the repository that a git specifier names in any of its ways. */
function isOfRepository(address: string, specifier: string): boolean {
  const steps = (text: string): string[] =>
    withoutFragment(text)
      .toLowerCase()
      .split(/[/:]/)
      .map((step) => step.replace(/^[^@]*@/, "").replace(/\.git$/, ""));
  const repository = steps(specifier).slice(-2).join("/");
  return `/${steps(address).join("/")}/`.includes(`/${repository}/`);
}

function isAbout({ field, keys, name }: Override, { raw, isBelow }: Pick<Ask, "raw" | "isBelow">): boolean {
  const chain = keys.at(-1) === "." ? keys.slice(0, -1) : keys;
  const key = chain.at(-1) ?? "";
  const { at } = overrideTarget(field, key);
  // An ask whose range is not told may be of any.
  if (raw !== null && !isOfRange(key.slice(at + name.length + 1), raw)) return false;
  const parents = [
    ...chain.slice(0, -1).map((parent) => overrideTarget(field, parent).name),
    ...parentsIn(field, key.slice(0, at)),
  ];
  return isBelow === null || parents.every(isBelow);
}

/** What stands before the package in a key of Yarn (`parent/`) or pnpm (`parent>`): the nearest parent, if any. */
function parentsIn(field: DeclaredOverride["field"], before: string): readonly string[] {
  const path = before
    .slice(0, -1)
    .replaceAll("**/", "")
    .replace(/\/?\*\*$/, "");
  return path === "" ? [] : [overrideTarget(field, path).name];
}

/** Whether the range behind a key, which may be none, is about what is asked for. */
function isOfRange(range: string, raw: string): boolean {
  if (range === "") return true;
  const [selected, asked] = [range, raw].map((text) => validRange(text.replace(/^npm:/, ""), { loose: true }));
  if (selected === undefined || selected === null || asked === undefined || asked === null) return range === raw.trim();
  return intersects(selected, asked, { loose: true });
}

/** Different parents that are looked at; what is below any other is not known to be. */
const MOST = 64;

/**
 * Tells which places packages of a name lead to.
 *
 * @param named the places of the packages of that name
 * @param next what a place leads to
 */
export class Descendants<Place> {
  readonly #known = new Map<string, ReadonlySet<Place>>();

  constructor(
    private readonly named: (name: string) => Iterable<Place>,
    private readonly next: (place: Place) => Iterable<Place>,
  ) {}

  has(parent: string, place: Place): boolean {
    return this.#of(parent).has(place);
  }

  #of(parent: string): ReadonlySet<Place> {
    const present = this.#known.get(parent);
    if (present !== undefined) return present;
    const found = new Set(this.#known.size < MOST ? this.named(parent) : []);
    // A set that grows while it is walked.
    for (const place of found) for (const below of this.next(place)) found.add(below);
    this.#known.set(parent, found);
    return found;
  }
}
