import { withoutSuffix } from "./dep-path.ts";
import type { KeyStyle } from "./key-style.ts";

/**
 * The key that a reference means, in pnpm's own way (deps/path, `refToRelative`): a reference is a version, or, for an
 * alias and for what is from no registry, the key itself. null for a link, which locks nothing.
 */
export function keyOf(alias: string, to: string, style: KeyStyle): string | null {
  if (to.startsWith("link:")) return null;
  if (style === "at") return keyOfAt(alias, withoutSuffix(to));
  if (to.startsWith("file:")) return to;
  if (style === "slashes") return to.includes("/") ? to : `/${alias}/${to}`;
  return withoutSuffix(to).includes("/") ? to : `/${alias}@${to}`;
}

/** As `keyOf`, for a reference without suffix. */
function keyOfAt(alias: string, to: string): string {
  if (to.startsWith("@")) return to;
  const at = to.indexOf("@");
  const colon = to.indexOf(":");
  return at !== -1 && (colon === -1 || at < colon) ? to : `${alias}@${to}`;
}
