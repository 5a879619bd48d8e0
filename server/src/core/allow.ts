import { satisfies } from "semver";
import { describeDay } from "./duration.ts";
import { oneLine } from "./foreign-text.ts";
import type { AllowEntry } from "./settings.ts";

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

/** By package. Thousands of findings may be held against thousands of entries. */
const byPackage = new WeakMap<readonly AllowEntry[], ReadonlyMap<string, readonly AllowEntry[]>>();

function entriesFor(name: string, entries: readonly AllowEntry[]): readonly AllowEntry[] {
  const index = byPackage.get(entries) ?? indexOf(entries);
  byPackage.set(entries, index);
  return index.get(name) ?? [];
}

function indexOf(entries: readonly AllowEntry[]): ReadonlyMap<string, readonly AllowEntry[]> {
  const index = new Map<string, AllowEntry[]>();
  for (const entry of entries) {
    const present = index.get(entry.package);
    if (present === undefined) index.set(entry.package, [entry]);
    else present.push(entry);
  }
  return index;
}

/** The first entry of `depwarden.allow` that covers a finding at this moment; null when none does. */
export function allowedBy(finding: Allowable, entries: readonly AllowEntry[], now: number): AllowEntry | null {
  return entriesFor(finding.package, entries).find((entry) => covers(entry, finding, now)) ?? null;
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
    for (const entry of entriesFor(finding.package, entries))
      if (covers(entry, finding, now)) used.add(allowKey(entry));
  }
  const present = new Set(names);
  for (const entry of entries) if (entry.versions === null && present.has(entry.package)) used.add(allowKey(entry));
  return used;
}

/** The same for entries that say the same. */
export function allowKey({ package: name, versions, rules, reason, until }: AllowEntry): string {
  return JSON.stringify([name, versions, rules, reason, until]);
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
  const ruleCovered = entry.rules === null ? !MUST_BE_NAMED.has(finding.rule) : entry.rules.includes(finding.rule);
  return (
    ruleCovered && (entry.versions === null || satisfies(finding.version, entry.versions, { includePrerelease: true }))
  );
}
