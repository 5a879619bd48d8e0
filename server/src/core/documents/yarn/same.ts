import { PASS_STRIDE, type Task } from "../../task.ts";
import { named } from "../truncation.ts";
import type { Body, Entry } from "./body.ts";
import { comparableDescriptor, nameEnd } from "./descriptor.ts";

/**
 * Reports entries of Berry that are one to Yarn: it writes each descriptor and each locator once. Of a descriptor the
 * last entry holds; of a locator the dependencies of the last, and the checksum of the last that has one. It compares
 * both by a hash in which scope and name stand without anything between, so that `@b/b` is `bb` (`makeIdent` in
 * @yarnpkg/core's structUtils.ts). A key that stands twice as a whole is reported elsewhere. Tried: Yarn 4.18.
 */
export function* checkSame(body: Body): Task<void> {
  const byDescriptor = new Map<string, Holder>();
  const byLocator = new Map<string, Holder>();
  const first: Holder[] = [];
  let count = 0;
  const see = (seen: Map<string, Holder>, text: string, entry: Entry): void => {
    const key = hashed(text);
    const before = seen.get(key);
    seen.set(key, { text, entry });
    if (before === undefined || before.entry === entry || isSameKey(body, before.entry, entry)) return;
    count++;
    if (first.length === 0) first.push({ text: before.text === text ? text : `${before.text}, ${text}`, entry });
  };
  let work = 0;
  for (const entry of body.entries) {
    if (entry.resolved !== null) see(byLocator, entry.resolved, entry);
    for (const descriptor of body.descriptorsOf(entry)) {
      see(byDescriptor, descriptor, entry);
      if (++work % PASS_STRIDE === 0) yield;
    }
  }
  for (const { text, entry } of first) {
    const message = `it has several entries of what is the same to Yarn, which goes by the last (${named(text, count)})`;
    body.syntax(message, entry.keyStart, entry.keyEnd);
  }
}

interface Holder {
  readonly text: string;
  readonly entry: Entry;
}

function hashed(text: string): string {
  const comparable = comparableDescriptor(text);
  if (!comparable.startsWith("@")) return comparable;
  const end = nameEnd(comparable);
  return comparable.slice(1, end).replace("/", "") + comparable.slice(end);
}

function isSameKey({ text }: Body, one: Entry, other: Entry): boolean {
  return text.slice(one.keyStart, one.keyEnd) === text.slice(other.keyStart, other.keyEnd);
}
