import type { Manifest } from "../../model.ts";
import { missing } from "../truncation.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Body } from "./body.ts";
import { nameEnd } from "./descriptor.ts";
import type { Manifests } from "./manifests.ts";

/**
 * Tells of a lockfile that refers to packages which it does not hold under any range, as one does that is cut between
 * two entries. (Another range under the name may be a resolution's.) Where a line could not be read it is that which is
 * told. Classic holds no workspaces, which packages may depend on: without the manifests that is told apart only where
 * several are lacking and all of them would stand behind the last entry, in the order that Yarn writes.
 */
export function* checkWhole(body: Body, { root, workspaces }: Manifests): Task<void> {
  if (!body.problems.isEmpty) return;
  const end = { start: body.text.length, end: body.text.length };
  if (endsInsideEntry(body)) body.problems.add("syntax", "the file ends inside an entry", end);
  const isClassic = body.flavour === "classic";
  if (
    isClassic &&
    (root === null || (root.workspaces.length > 0 && workspaces.size === 0)) &&
    !(yield* endsEarly(body))
  )
    return;
  const names = new Set(
    isClassic ? [root, ...workspaces.values()].flatMap((manifest: Manifest | null) => manifest?.name ?? []) : [],
  );
  let work = 0;
  for (const entry of body.entries) {
    names.add(body.aliasOf(entry));
    if (++work % PASS_STRIDE === 0) yield;
  }
  const lacking = new Set<string>();
  for (let need = 0; need < body.needs.length; need++) {
    const alias = body.needs.alias(need);
    // Yarn 1 leaves out the entry of an optional dependency that could not be resolved.
    if (!names.has(alias) && !(isClassic && body.needs.isOptional(need))) lacking.add(alias);
    if (++work % PASS_STRIDE === 0) yield;
  }
  if (lacking.size === 0) return;
  // Few keys have an alias beside the name.
  for (const entry of body.entries) {
    for (const descriptor of body.descriptorsOf(entry)) lacking.delete(descriptor.slice(0, nameEnd(descriptor)));
    if (++work % PASS_STRIDE === 0) yield;
  }
  if (lacking.size > 0) body.problems.add("syntax", missing(lacking), end);
}

/** As many workspaces that others depend on, and all with names of the alphabet's end, are in no project. */
const SEVERAL = 5;

/** Whether several packages are asked for that are not there and would stand behind the last entry. Yarn sorts by key. */
function* endsEarly(body: Body): Task<boolean> {
  const { entries, needs } = body;
  const entry = entries.at(-1);
  if (entry === undefined) return false;
  const last = `${body.aliasOf(entry)}@`;
  const first = last.charCodeAt(0);
  const behind = new Set<string>();
  for (let need = 0; need < needs.length; need++) {
    // Most names begin with an earlier letter, which is told without making a text of them.
    if (needs.firstCode(need) >= first) {
      const alias = needs.alias(need);
      if (`${alias}@` > last) behind.add(alias);
    }
    if (need % PASS_STRIDE === 0) yield;
  }
  if (behind.size < SEVERAL) return false;
  for (const [index, each] of entries.entries()) {
    behind.delete(body.aliasOf(each));
    if (index % PASS_STRIDE === 0) yield;
  }
  return behind.size >= SEVERAL;
}

const INTEGRITY = /\n {2}integrity ([^\n]*)$/;
/** Base64 of each algorithm's length. */
const WHOLE = /^"?(?:sha1-.{28}|sha256-.{44}|sha384-.{64}|sha512-.{88})(?: .*)?"?$/;
/** Longer than any line that is looked at here. */
const TAIL = 400;

/** Yarn ends the last line too. Where somebody took that end off, the entry is whole all the same. */
function endsInsideEntry({ text, flavour, entries }: Body): boolean {
  const last = entries.at(-1);
  if (last === undefined || text.endsWith("\n")) return false;
  // What comes last in an entry of Berry.
  if (flavour === "berry") return !text.includes("linkType:", last.keyEnd);
  const integrity = INTEGRITY.exec(text.slice(-TAIL))?.[1];
  return integrity !== undefined && !WHOLE.test(integrity);
}
