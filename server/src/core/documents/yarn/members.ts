import type { Span } from "../../util/text.ts";
import type { Problems } from "../problems.ts";
import { named } from "../truncation.ts";

/** The members of an entry that each writer knows, and the words for that writer. */
export interface Members {
  readonly written: ReadonlySet<string>;
  readonly writer: string;
}

/** `implodeEntry` in Yarn 1's src/lockfile/index.js. */
export const CLASSIC_MEMBERS: Members = {
  written: new Set([
    "name",
    "version",
    "uid",
    "resolved",
    "registry",
    "dependencies",
    "optionalDependencies",
    "permissions",
    "prebuiltVariants",
    "integrity",
  ]),
  writer: "Yarn 1 does",
};

/** `generateLockfile` in @yarnpkg/core's Project.ts: the same from Yarn 2 to Yarn 4, but for `conditions`, new in Yarn 3. */
export const BERRY_MEMBERS: Members = {
  written: new Set([
    "version",
    "resolution",
    "dependencies",
    "peerDependencies",
    "dependenciesMeta",
    "peerDependenciesMeta",
    "bin",
    "checksum",
    "conditions",
    "languageName",
    "linkType",
  ]),
  writer: "Yarn 2 and later do",
};

/** Likewise. */
export const BERRY_METADATA: Members = { written: new Set(["version", "cacheKey"]), writer: BERRY_MEMBERS.writer };

/**
 * Members of entries that no Yarn of the format writes. Some are followed all the same, by it or by a Yarn that reads the
 * file in another way: `optionalDependencies` in Berry, `resolved` in Berry by Yarn 1, `resolution` in classic by Yarn 4.
 */
export class UnwrittenMembers {
  readonly #members: Members;
  #first: { readonly what: string; readonly span: Span } | null = null;
  #count = 0;

  constructor(members: Members) {
    this.#members = members;
  }

  /**
   * Notes a member.
   * @param keyOf gives what the entry is called
   */
  note(name: string, span: Span, keyOf: () => string): void {
    if (this.#members.written.has(name)) return;
    this.#count++;
    this.#first ??= { what: `${JSON.stringify(name)} in ${keyOf()}`, span };
  }

  report(problems: Problems): void {
    if (this.#first === null) return;
    const { what, span } = this.#first;
    const message = `it has members that ${this.#members.writer} not write (${named(what, this.#count)}), and what they do to an install is not known`;
    problems.add("unsupported", message, span);
  }
}
