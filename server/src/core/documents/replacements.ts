/** What the project's overrides put in the place of what is asked for. */
import type { Brought, DeclaredOverride, Manifest } from "../model.ts";
import { MOST_OVERRIDES } from "./limits.ts";
import type { Ask, IsReplaced } from "./substitution.ts";
import { overrideTarget } from "./override-key.ts";
import type { Problems } from "./problems.ts";
import { Ranges } from "./ranges.ts";
import { named } from "./truncation.ts";

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
  return replacedIn(overridesOf(manifest, ...fields));
}

/** Those of the fields that a package manager reads. */
export function overridesOf(
  manifest: Manifest | undefined,
  ...fields: readonly DeclaredOverride["field"][]
): readonly DeclaredOverride[] {
  return manifest?.overrides.filter(({ field }) => fields.includes(field)) ?? [];
}

/**
 * An override counts where it is about the ask and leads to what is locked: any other changes nothing of it. Of those of
 * one package the first are looked at: see `checkOverrides`.
 */
export function replacedIn(overrides: readonly Override[]): IsReplaced {
  const byName = grouped(overrides);
  const ranges = new Ranges(MOST_COMPARISONS);
  return (ask, locked) =>
    byName.get(ask.alias)?.some((one) => leadsTo(one.override, locked) && isMet(one, ask, ranges)) === true;
}

/** Which overrides may be about an ask; of those of one package the first are looked at. */
export function overridesAbout<Each extends Override>(
  overrides: readonly Each[],
): (ask: Pick<Ask, "alias" | "raw" | "isBelow">) => readonly Each[] {
  const byName = grouped(overrides);
  const ranges = new Ranges(MOST_COMPARISONS);
  return (ask) => byName.get(ask.alias)?.flatMap((one) => (isMet(one, ask, ranges) ? [one.override] : [])) ?? [];
}

function grouped<Each extends Override>(overrides: readonly Each[]): ReadonlyMap<string, readonly Condition<Each>[]> {
  const byName = new Map<string, Condition<Each>[]>();
  for (const override of overrides) {
    const known = byName.get(override.name) ?? [];
    byName.set(override.name, known);
    if (known.length < MOST_OVERRIDES) known.push(conditionOf(override));
  }
  return byName;
}

/** The range behind the package in the last key of an override; "" for none. */
export function rangeOfKey(override: Override): string {
  return conditionOf(override).range;
}

/** Reports that a package has more overrides than are looked at. @param where they are written */
export function checkOverrides(overrides: readonly Pick<Override, "name">[], where: string, problems: Problems): void {
  const counts = new Map<string, number>();
  for (const { name } of overrides) {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count <= MOST_OVERRIDES) continue;
    const message = `${where} has more than ${MOST_OVERRIDES} overrides of one package (${named(name, 1)}), and only those are followed`;
    problems.add("unsupported", message, { start: 0, end: 0 });
    return;
  }
}

/** What an override is about, beside the name of its package. */
export interface OverrideSelector {
  /** Behind the name in the key; may be empty. */
  readonly range: string;
  /** Names of the packages that it has to be below, the nearest last. */
  readonly parents: readonly string[];
}

export function selectorOf(override: Pick<DeclaredOverride, "field" | "keys" | "name">): OverrideSelector {
  const { field, keys, name } = override;
  const chain = keys.at(-1) === "." ? keys.slice(0, -1) : keys;
  const key = chain.at(-1) ?? "";
  const { at } = overrideTarget(field, key);
  const parents = [
    ...chain.slice(0, -1).map((parent) => overrideTarget(field, parent).name),
    ...parentsIn(field, key.slice(0, at)),
  ];
  return { range: key.slice(at + name.length + 1), parents };
}

/** What an override asks of an ask. */
interface Condition<Each extends Override = Override> extends OverrideSelector {
  readonly override: Each;
}

function conditionOf<Each extends Override>(override: Each): Condition<Each> {
  return { override, ...selectorOf(override) };
}

function isMet({ range, parents }: Condition, { raw, isBelow }: Pick<Ask, "raw" | "isBelow">, ranges: Ranges): boolean {
  // An ask whose range is not told may be of any.
  if (range !== "" && raw !== null && !overlap(range, raw, ranges)) return false;
  return isBelow === null || parents.every(isBelow);
}

/** Whether what is asked for so may come to what is locked. */
export function leadsTo(override: Pick<Override, "specifier" | "raw">, brought: Brought): boolean {
  const { specifier, raw } = override;
  const { source, name, resolved, version } = brought;
  switch (specifier.source) {
    case "registry":
    case "named-registry":
      return source === "registry" && specifier.name === name;
    case "file":
    case "link":
    case "workspace":
      return source === "file" || source === "link" || source === "workspace";
    case "git":
      return (source === "git" || source === "tarball") && isOfRepository(brought, override);
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
function isOfRepository(brought: Brought, override: Pick<Override, "raw">): boolean {
  const path = paths.get(brought) ?? `/${stepsOf(brought.resolved ?? brought.version).join("/")}/`;
  paths.set(brought, path);
  const repository = repositories.get(override) ?? `/${stepsOf(override.raw).slice(-2).join("/")}/`;
  repositories.set(override, repository);
  return path.includes(repository);
}

/** Each is held against many of the other. */
const paths = new WeakMap<Brought, string>();
const repositories = new WeakMap<Pick<Override, "raw">, string>();

function stepsOf(address: string): readonly string[] {
  return withoutFragment(address)
    .toLowerCase()
    .split(/[/:]/)
    .map((step) => step.replace(/^[^@]*@/, "").replace(/\.git$/, ""));
}

/** What stands before the package in a key of Yarn (`parent/`) or pnpm (`parent>`): the nearest parent, if any. */
function parentsIn(field: DeclaredOverride["field"], before: string): readonly string[] {
  const path = before
    .slice(0, -1)
    .replaceAll("**/", "")
    .replace(/\/?\*\*$/, "");
  return path === "" ? [] : [overrideTarget(field, path).name];
}

/**
 * Comparisons of two bounds of ranges, for all overrides of a project. Beyond that, two ranges overlap only if they are
 * written alike, so a replaced package is reported.
 */
const MOST_COMPARISONS = 100_000;

/** Whether some version may be of both: of the range behind a key, and of what is asked for. */
function overlap(selected: string, asked: string, ranges: Ranges): boolean {
  const found = ranges.overlap(selected.replace(/^npm:/, ""), asked.replace(/^npm:/, ""));
  return typeof found === "boolean" ? found : selected === asked.trim();
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
