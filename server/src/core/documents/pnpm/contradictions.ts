import { exactVersion } from "../exact-version.ts";
import { parseDepPath } from "./dep-path.ts";
import type { PnpmEntry } from "./document.ts";
import type { KeyStyle } from "./key-style.ts";

/** A package that an entry states and its key does not. What is null is as the key says. */
export interface Contradiction {
  readonly name: string | null;
  readonly version: PnpmEntry["version"];
}

/** Each package that a `name` and a `version` against the key may lead to: with both of them, or with either. */
export function contradictionsOf({ key, name, version }: PnpmEntry, style: KeyStyle): readonly Contradiction[] {
  if (name === null && version === null) return [];
  const path = parseDepPath(key, style);
  const otherName = name !== null && path.name !== "" && name !== path.name ? name : null;
  const isOther = version !== null && path.version !== "" && exactVersion(version.value) !== exactVersion(path.version);
  const otherVersion = isOther ? version : null;
  if (otherName === null && otherVersion === null) return [];
  const own = { name: otherName, version: otherVersion };
  if (otherName === null || otherVersion === null) return [own];
  return [own, { ...own, name: null }, { ...own, version: null }];
}
