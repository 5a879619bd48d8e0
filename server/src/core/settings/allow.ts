import { valid } from "semver";
import { describeDay } from "../util/duration.ts";
import { oneLine } from "../util/sanitize.ts";
import type { AllowEntry } from "./settings.ts";
import { VersionSet } from "../util/version-set.ts";

/** An entry that names no rules was not written with these in mind: they have to be named. */
const MUST_BE_NAMED: ReadonlySet<string> = new Set(["compromised", "removed-version", "unchecked"]);

export interface Allowable {
  readonly rule: string;
  readonly package: string;
  readonly version: string;
}

/** Findings that an entry of `depwarden.allow` keeps from being shown. */
export interface AllowedFindings extends Allowable {
  readonly entry: AllowEntry;
  /** How many would be shown: one for each place, as those that are. */
  readonly findings: number;
}

/** Entries for one package. */
interface OfPackage {
  /** Those for nothing but exact versions, by each of these. */
  readonly byVersion: Map<string, AllowEntry[]>;
  readonly others: AllowEntry[];
}

/** By package. Thousands of findings may be held against thousands of entries. */
const byPackage = new WeakMap<readonly AllowEntry[], ReadonlyMap<string, OfPackage>>();

/** The entries that may cover a finding, in two lists, each in the order of the settings. */
function entriesFor(
  { package: name, version }: Allowable,
  entries: readonly AllowEntry[],
): readonly (readonly AllowEntry[])[] {
  const index = byPackage.get(entries) ?? indexOf(entries);
  byPackage.set(entries, index);
  const own = index.get(name);
  return own === undefined ? [] : [own.byVersion.get(valid(version) ?? "") ?? [], own.others];
}

function indexOf(entries: readonly AllowEntry[]): ReadonlyMap<string, OfPackage> {
  const index = new Map<string, OfPackage>();
  for (const entry of entries) {
    const own = index.get(entry.package) ?? { byVersion: new Map<string, AllowEntry[]>(), others: [] };
    index.set(entry.package, own);
    const exact = parsed(entry).versions?.only ?? null;
    if (exact === null) own.others.push(entry);
    else
      for (const version of exact) {
        const present = own.byVersion.get(version);
        if (present === undefined) own.byVersion.set(version, [entry]);
        else present.push(entry);
      }
  }
  return index;
}

/** The first entry of `depwarden.allow` that covers a finding at this moment; null when none does. */
export function allowedBy(finding: Allowable, entries: readonly AllowEntry[], now: number): AllowEntry | null {
  const found = entriesFor(finding, entries).flatMap((own) => own.find((entry) => covers(entry, finding, now)) ?? []);
  return found.toSorted((a, b) => a.index - b.index)[0] ?? null;
}

/**
 * The entries that are of use, by key: those that cover one of these judgements, and those for every version of a package
 * that is there, which may cover its next one.
 * @param names of all packages of the project
 */
export function entriesUsed(
  findings: Iterable<Allowable>,
  names: Iterable<string>,
  entries: readonly AllowEntry[],
  now: number,
): ReadonlySet<string> {
  const used = new Set<string>();
  if (entries.length === 0) return used;
  for (const finding of findings) {
    for (const entry of entriesFor(finding, entries).flat()) if (covers(entry, finding, now)) used.add(allowKey(entry));
  }
  const present = new Set(names);
  for (const entry of entries) if (entry.versions === null && present.has(entry.package)) used.add(allowKey(entry));
  return used;
}

const keys = new WeakMap<AllowEntry, string>();

/** The same for entries that say the same. */
export function allowKey(entry: AllowEntry): string {
  const { package: name, versions, rules, reason, until } = entry;
  const key = keys.get(entry) ?? JSON.stringify([name, versions, rules, reason, until]);
  keys.set(entry, key);
  return key;
}

export interface AllowProblem {
  readonly entry: AllowEntry;
  readonly message: string;
}

/**
 * Entries that are over, and those that cover nothing.
 * @param used by key, after everything was checked that they might cover; null where that was not
 * @param now ms since epoch
 */
export function allowProblems(
  entries: readonly AllowEntry[],
  used: ReadonlySet<string> | null,
  now: number,
): readonly AllowProblem[] {
  return entries.flatMap((entry) => {
    const what = `The entry for ${oneLine(entry.package, 100)}${entry.versions === null ? "" : ` ${oneLine(entry.versions, 60)}`}`;
    if (entry.until !== null && now > entry.until)
      return [
        { entry, message: `${what} ended on ${describeDay(entry.until)}. Remove it, or give it a new end date.` },
      ];
    if (entry.rules?.length === 0)
      return [
        {
          entry,
          message: `${what} has an empty "rules" list and matches nothing. Name rules, or remove the list to match all of them.`,
        },
      ];
    return used === null || used.has(allowKey(entry))
      ? []
      : [{ entry, message: `${what} matches nothing here; remove it.` }];
  });
}

function covers(entry: AllowEntry, finding: Allowable, now: number): boolean {
  if (entry.package !== finding.package || (entry.until !== null && now > entry.until)) return false;
  const { rules, versions } = parsed(entry);
  const ruleCovered = rules === null ? !MUST_BE_NAMED.has(finding.rule) : rules.has(finding.rule);
  return ruleCovered && (versions === null || versions.has(finding.version));
}

interface ParsedEntry {
  readonly rules: ReadonlySet<string> | null;
  readonly versions: VersionSet | null;
}

const parsedEntries = new WeakMap<AllowEntry, ParsedEntry>();

function parsed(entry: AllowEntry): ParsedEntry {
  const known = parsedEntries.get(entry);
  if (known !== undefined) return known;
  const made: ParsedEntry = {
    rules: entry.rules === null ? null : new Set(entry.rules),
    versions: entry.versions === null ? null : new VersionSet([entry.versions], { includePrerelease: true }),
  };
  parsedEntries.set(entry, made);
  return made;
}
