import { satisfies, validRange } from "semver";
import { LONGEST_SPECIFIER } from "../limits.ts";
import type { Body, Entry } from "./body.ts";
import { nameEnd } from "./descriptor.ts";

const NPM = "npm:";

/**
 * A range of the entry's own descriptors that its version is not in; null where it is in all of them. Yarn 2 and up
 * installs what the entry resolves to, also with `--immutable`; only `--check-resolutions`, which its hardened mode turns
 * on, refuses it. `resolutions` change the descriptor, tags lead to any version, and what is from a patch, or is no
 * locator of npm's, is resolved anew. Tried: Yarn 4.18.
 */
export function rangeWithout(version: string, body: Body, entry: Entry): string | null {
  const { resolved } = entry;
  if (resolved?.startsWith(NPM, nameEnd(resolved) + 1) !== true) return null;
  for (const descriptor of body.descriptorsOf(entry)) {
    const range = rangeOf(descriptor);
    if (range !== null && !takes(range, version)) return range;
  }
  return null;
}

/** The range of `name@npm:^1.0.0`, `alias@npm:name@^1.0.0` and, before metadata version 7, `name@^1.0.0`; null for no range. */
function rangeOf(descriptor: string): string | null {
  const written = descriptor.slice(nameEnd(descriptor) + 1);
  const isNpm = written.startsWith(NPM);
  const target = isNpm ? written.slice(NPM.length) : written;
  const parameters = target.indexOf("::");
  const reference = parameters === -1 ? target : target.slice(0, parameters);
  if (!isNpm && reference.includes(":")) return null;
  const at = nameEnd(reference);
  return at === reference.length ? reference : reference.slice(at + 1);
}

/** What is no range is a tag. */
function takes(range: string, version: string): boolean {
  // The usual range, whose beginning is as the version.
  if (/^[~^]\d/.test(range) && range.slice(1) === version) return true;
  if (range.length > LONGEST_SPECIFIER || validRange(range, { loose: true }) === null) return true;
  return satisfies(version, range, { loose: true, includePrerelease: true });
}
