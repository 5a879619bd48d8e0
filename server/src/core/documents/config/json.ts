import type { DocumentProblem } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import { JsonCursor } from "../json.ts";
import { DEEPEST, LARGEST_MANIFEST, LONGEST_MANAGER_VERSION, MOST_MANAGERS, MOST_VALUES, tooLarge } from "../limits.ts";
import {
  EMPTY_MAP,
  entryAt,
  scalarAt,
  type ConfigEntry,
  type ConfigMap,
  type ConfigTree,
  type ConfigValue,
} from "./tree.ts";

/** Members of a manifest that hold policy, of whichever package manager. */
export const POLICY_MEMBERS: ReadonlySet<string> = new Set([
  "allowScripts",
  "catalog",
  "catalogs",
  "dependenciesMeta",
  "devEngines",
  "engines",
  "packageExtensions",
  "packageManager",
  "patchedDependencies",
  "pnpm",
  "trustedDependencies",
  "workspaces",
]);

/**
 * Reads what a manifest says of policy; its other members are left out. Never throws. `problems` holds only what is
 * beyond the bounds: the manifest's own reader finds what is broken.
 */
export function readManifestConfig(text: string): ConfigTree {
  const problem = tooLarge(text, LARGEST_MANIFEST);
  if (problem !== null) return { type: "config", root: EMPTY_MAP, problems: [problem] };
  const cursor = new JsonCursor(text);
  const entries = new Map<string, ConfigEntry>();
  const walk = new Walk(cursor);
  if (cursor.enterObject()) {
    while (cursor.nextMember()) if (POLICY_MEMBERS.has(cursor.key)) walk.add(entries, 0);
  }
  const root = { kind: "map" as const, entries, span: { start: 0, end: text.length } };
  const problems = [walk.problem, tooManyManagers(root), tooLongVersion(root)].filter((problem) => problem !== null);
  return { type: "config", root, problems };
}

function tooManyManagers(root: ConfigMap): DocumentProblem | null {
  const stated = entryAt(root, "devEngines", "packageManager")?.value;
  if (stated?.kind !== "list" || stated.items.length <= MOST_MANAGERS) return null;
  const message = `devEngines states more than ${MOST_MANAGERS} package managers, and only those are looked at`;
  return { kind: "too-large", message, span: stated.span };
}

/** The first version of a package manager that is too long to be looked at. */
function tooLongVersion(root: ConfigMap): DocumentProblem | null {
  const stated = entryAt(root, "devEngines", "packageManager")?.value;
  const managers = stated?.kind === "list" ? stated.items.slice(0, MOST_MANAGERS) : [stated];
  const found = [
    { what: "packageManager", scalar: scalarAt(root, "packageManager") },
    { what: "engines.pnpm", scalar: scalarAt(root, "engines", "pnpm") },
    ...managers.map((manager) => ({
      what: "a version in devEngines",
      scalar: manager?.kind === "map" ? scalarAt(manager, "version") : null,
    })),
  ];
  for (const { what, scalar } of found) {
    if (scalar === null || scalar.text.length <= LONGEST_MANAGER_VERSION) continue;
    const message = `${what} is longer than ${LONGEST_MANAGER_VERSION} characters, so the version of the package manager is not known`;
    return { kind: "too-large", message, span: scalar.span };
  }
  return null;
}

class Walk {
  #left = MOST_VALUES;
  /** The first thing that is beyond the bounds. */
  problem: DocumentProblem | null = null;

  constructor(private readonly cursor: JsonCursor) {}

  /** The member that the cursor stands at. */
  add(entries: Map<string, ConfigEntry>, depth: number): void {
    const { key, keySpan } = this.cursor;
    const value = this.#value(depth);
    if (value !== null) entries.set(key, { key, keySpan, value });
  }

  #beyond(message: string, span: Span): null {
    this.problem ??= { kind: "too-large", message, span };
    return null;
  }

  /** null for what is broken off, and for what lies beyond the bounds. */
  #value(depth: number): ConfigValue | null {
    const { cursor } = this;
    const { kind, valueSpan: span } = cursor;
    if (depth > DEEPEST) return this.#beyond(`values nest more than ${DEEPEST} deep`, span);
    if (this.#left-- <= 0) return this.#beyond(`more than ${MOST_VALUES} values of policy`, span);
    const { start } = span;
    switch (kind) {
      case "object": {
        const entries = new Map<string, ConfigEntry>();
        cursor.enterObject();
        while (cursor.nextMember()) this.add(entries, depth + 1);
        return { kind: "map", entries, span: { start, end: cursor.leftAt } };
      }
      case "array": {
        const items: ConfigValue[] = [];
        cursor.enterArray();
        while (cursor.nextElement()) {
          const item = this.#value(depth + 1);
          if (item !== null) items.push(item);
        }
        return { kind: "list", items, span: { start, end: cursor.leftAt } };
      }
      case "string": {
        const string = cursor.readString();
        return string === null
          ? null
          : { kind: "scalar", value: string.value, text: string.value, span: string.span, isReplaceable: true };
      }
      case "number": {
        const text = cursor.readNumber();
        return text === null ? null : { kind: "scalar", value: Number(text), text, span, isReplaceable: true };
      }
      case "boolean": {
        const value = cursor.readBoolean();
        return { kind: "scalar", value, text: String(value), span, isReplaceable: true };
      }
      case "null":
        cursor.skipValue();
        return { kind: "scalar", value: null, text: "null", span, isReplaceable: true };
      case "none":
        return null;
    }
  }
}
