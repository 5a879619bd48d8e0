import { plainPath } from "../plain-path.ts";
import { withoutSuffix } from "./dep-path.ts";
import type { KeyStyle } from "./key-style.ts";

const LINK = "link:";

/** Whether a reference leads to a folder that nothing in `packages` stands for. */
export function isLink(to: string): boolean {
  return to.startsWith(LINK);
}

/** Where a link of an importer leads, or one of a package (`.`), as a plain path from the lockfile's folder. */
export function linkedPath(importer: string, to: string): string {
  const path = to.slice(LINK.length);
  return plainPath(/^(?:[/\\]|[a-z]:)/i.test(path) ? path : `${importer}/${path}`);
}

/**
 * The key that a reference means, in pnpm's own way (deps/path, `refToRelative`): a reference is a version, or, for an
 * alias and for what is from no registry, the key itself. pnpm has no key for a link; here it has one of its own.
 */
export function keyOf(alias: string, to: string, style: KeyStyle): string {
  if (isLink(to)) return `${alias}@${to}`;
  if (style === "at") return keyOfAt(alias, withoutSuffix(to));
  if (to.startsWith("file:")) return to;
  if (style === "slashes") return to.includes("/") ? to : `/${alias}/${to}`;
  return withoutSuffix(to).includes("/") ? to : `/${alias}@${to}`;
}

/** The key of `snapshots` that a reference of lockfileVersion 9 means. */
export function keyOfReference(alias: string, to: string): string {
  const base = withoutSuffix(to);
  return keyOfAt(alias, base) + to.slice(base.length);
}

/** As `keyOf`, for a reference without suffix. */
function keyOfAt(alias: string, to: string): string {
  if (to.startsWith("@")) return to;
  const at = to.indexOf("@");
  const colon = to.indexOf(":");
  return at !== -1 && (colon === -1 || at < colon) ? to : `${alias}@${to}`;
}
