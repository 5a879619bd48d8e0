import type { Span } from "../../util/text.ts";
import type { Problems } from "../problems.ts";
import type { PnpmDocument } from "./document.ts";

/** As pnpm writes it; 5.0 is a number there. pnpm 12 ignores the whole file for `9`, and pnpm 10 for `9.0x`. */
const VERSION = /^(?:[1-5]|\d+\.\d+(?:-inlineSpecifiers)?)$/;
const OLDEST = 5;
/** The newest major lockfileVersion that pnpm writes. */
const NEWEST = 9;

/** Tells of a text that is no lockfile of pnpm, and of versions that are not known. */
export function checkDocuments(text: string, documents: readonly PnpmDocument[], problems: Problems): void {
  const first = text.search(/[^\s\ufeff]/);
  const start: Span = { start: Math.max(first, 0), end: Math.max(first, 0) + (first === -1 ? 0 : 1) };
  if (documents.length === 0) {
    const isEmpty = first === -1 || /^(?:\s|#[^\n]*(?:\n|$)|---(?=\s|$))*$/.test(text.slice(0, LOOKED_AT));
    problems.addOfFile("syntax", isEmpty ? "the file is empty" : "this is not the YAML of a pnpm lockfile", start);
    return;
  }
  for (const [index, { version, hasPackages, importers, specifiers, snapshots }] of documents.entries()) {
    const major = Number.parseInt(version ?? "", 10);
    if (version !== null && !VERSION.test(version)) {
      problems.addOfFile("unsupported", "pnpm writes no such lockfileVersion, and may ignore the file", start);
    } else if (version === null) {
      const message =
        hasPackages || importers.size > 0 ? "the file states no lockfileVersion" : "this is not a pnpm lockfile";
      problems.addOfFile("unsupported", message, start);
    } else if (major > NEWEST) {
      problems.add(
        "unsupported",
        `lockfileVersion ${major} is newer than the known ones, and is read as ${NEWEST}`,
        start,
      );
    } else if (major < OLDEST) {
      problems.add(
        "unsupported",
        `lockfileVersion ${major} is older than the known ones, and is read as ${OLDEST}`,
        start,
      );
    }
    // Until lockfileVersion 6 an importer says first what is asked for, and then what that came to.
    if (
      !hasPackages &&
      [...specifiers].some(([path, asked]) => asked.size > 0 && (importers.get(path) ?? []).length === 0)
    ) {
      problems.add("syntax", "the file ends before its packages", { start: text.length, end: text.length });
    }
    if (major >= NEWEST && !hasPackages && importers.size === 0 && index === documents.length - 1) {
      problems.add("syntax", "the file ends before its importers", { start: text.length, end: text.length });
    }
    if (major >= NEWEST && hasPackages && snapshots === null) {
      problems.add("syntax", "the file ends before its snapshots", { start: text.length, end: text.length });
    }
  }
}

/** Of a text that holds nothing: how much of it is looked at to say so. */
const LOOKED_AT = 10_000;
