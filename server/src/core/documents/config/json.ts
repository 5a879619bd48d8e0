import { JsonCursor } from "../json.ts";
import { LARGEST_MANIFEST, tooLarge } from "../limits.ts";
import { DEEPEST, EMPTY_MAP, MOST_VALUES, type ConfigEntry, type ConfigTree, type ConfigValue } from "./tree.ts";

/** Members of a manifest that hold policy, of whichever package manager. */
const POLICY: ReadonlySet<string> = new Set(["allowScripts", "catalog", "catalogs", "dependenciesMeta", "devEngines", "engines", "packageManager", "pnpm", "trustedDependencies", "workspaces"]);

/** Reads what a manifest says of policy; its other members are left out. Never throws; problems are left to the manifest's own reader. */
export function readManifestConfig(text: string): ConfigTree {
  if (tooLarge(text, LARGEST_MANIFEST) !== null) return { type: "config", root: EMPTY_MAP, problems: [] };
  const cursor = new JsonCursor(text);
  const entries = new Map<string, ConfigEntry>();
  const walk = new Walk(cursor);
  if (cursor.enterObject()) {
    while (cursor.nextMember()) if (POLICY.has(cursor.key)) walk.add(entries, 0);
  }
  return { type: "config", root: { kind: "map", entries, span: { start: 0, end: text.length } }, problems: [] };
}

class Walk {
  #left = MOST_VALUES;

  constructor(private readonly cursor: JsonCursor) {}

  /** The member that the cursor stands at. */
  add(entries: Map<string, ConfigEntry>, depth: number): void {
    const { key, keySpan } = this.cursor;
    const value = this.#value(depth);
    if (value !== null) entries.set(key, { key, keySpan, value });
  }

  /** null for what is broken off, and for what lies beyond the bounds. */
  #value(depth: number): ConfigValue | null {
    const { cursor } = this;
    if (depth > DEEPEST || this.#left-- <= 0) return null;
    const { kind, valueSpan: span } = cursor;
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
        return string === null ? null : { kind: "scalar", value: string.value, text: string.value, span: string.span, isReplaceable: true };
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
