/**
 * Descriptors (`name@range`, what is asked for) and locators (`name@reference`, what it resolves to) of Yarn:
 * https://yarnpkg.com/advanced/lexicon. One form serves to compare them, whatever metadata version wrote them.
 */

/** Where the name of a descriptor ends: the offset of the `@` behind it, or its length when it has no range. */
export function nameEnd(descriptor: string): number {
  const at = descriptor.indexOf("@", 1);
  return at === -1 ? descriptor.length : at;
}

const NPM = "npm:";

/**
 * The form that Berry descriptors are compared in: without `npm:`, which metadata versions before 7 leave out of
 * dependencies (`defaultProtocol`, added by `normalizeDependency` of @yarnpkg/core's Configuration.ts).
 */
export function comparable(alias: string, range: string): string {
  return `${alias}@${range.startsWith(NPM) ? range.slice(NPM.length) : range}`;
}

/** As `comparable`, of a whole descriptor. */
export function comparableDescriptor(descriptor: string): string {
  const at = nameEnd(descriptor) + 1;
  return descriptor.startsWith(NPM, at) ? descriptor.slice(0, at) + descriptor.slice(at + NPM.length) : descriptor;
}

/** The descriptor that a `patch:` range patches, and whether the patch is one that Yarn brings along itself. */
export interface Patch {
  readonly source: string;
  readonly builtin: boolean;
}

/** Patches of patches that are looked into; Yarn itself makes two. */
export const DEEPEST_PATCH = 8;

/**
 * Takes `patch:name@npm%3A^1.0.0#optional!builtin<compat/name>` apart, the older forms too, which do not escape the
 * inner range or leave its `npm:` out (structUtils.ts and plugin-patch's patchUtils.ts). Null for any other range.
 */
export function patchOf(range: string): Patch | null {
  if (!range.startsWith("patch:")) return null;
  const hash = range.indexOf("#");
  const inner = range.slice("patch:".length, hash === -1 ? range.length : hash);
  const at = nameEnd(inner) + 1;
  const source = inner.slice(0, at) + decoded(inner.slice(at));
  return { source, builtin: hash !== -1 && range.includes("builtin<", hash) };
}

/** `virtual:<hash>#npm:1.0.0`: the same package for one set of peers. */
export function withoutVirtual(range: string): string {
  if (!range.startsWith("virtual:")) return range;
  const hash = range.indexOf("#");
  return hash === -1 ? range : range.slice(hash + 1);
}

/** Ranges of these protocols are relative to who asks, whose locator Berry appends (`bindDescriptor` in structUtils.ts). */
const BOUND = /^(?:file|link|portal|patch|exec):/;

/** No locator of a workspace or package comes near; what is longer is not put together with every range below it. */
const LONGEST_LOCATOR = 2_000;

/** The range as the key of the lockfile holds it for what the package of this locator asks for; null where it is no other. */
export function bound(range: string, locator: string | null): string | null {
  if (locator === null || locator.length > LONGEST_LOCATOR || !BOUND.test(range)) return null;
  try {
    return `${range}::locator=${encodeURIComponent(locator)}`;
  } catch {
    // Half a surrogate pair: nothing that Yarn wrote.
    return null;
  }
}

/**
 * Every value of a parameter behind a locator, such as `__archiveUrl` in
 * `name@npm:1.0.0::__archiveUrl=https%3A%2F%2F…`. Yarn reads parameters as a query string, which has escapes in names too (`parseRange` in structUtils.ts).
 */
export function parameters(reference: string, name: string): readonly string[] {
  const at = reference.indexOf("::");
  if (at === -1) return [];
  return reference
    .slice(at + 2)
    .split("&")
    .flatMap((pair) => {
      const equals = pair.indexOf("=");
      if (equals === -1 || queryText(pair.slice(0, equals)) !== name) return [];
      return [queryText(pair.slice(equals + 1))];
    });
}

/** https://nodejs.org/api/querystring.html */
function queryText(text: string): string {
  return decoded(text.replaceAll("+", " "));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
