import valid from "semver/functions/valid.js";
import validRange from "semver/ranges/valid.js";
import type { Specifier } from "../model.ts";

/** Names that npm-package-arg surely takes. */
const NAME = /^(?:@[A-Za-z\d][\w.~-]*\/)?[A-Za-z\d][\w.~-]*$/;
/** Nothing can have these, in any case of letters: validate-npm-package-name, `exclusionList`. */
const NOT_NAMES: ReadonlySet<string> = new Set(["node_modules", "favicon.ico"]);

/** What most manifests are full of, and semver needs some time for: one version, or a range of one bound. */
const RANGE =
  /^(?:[~^=]|[<>]=?)?\d{1,9}(?:\.\d{1,9}(?:\.\d{1,9}(?:-[A-Za-z][A-Za-z\d]{0,20}(?:\.\d{1,9})?)?)?)?$|^[*x]?$/;
/** A range, as semver reads it loosely, begins with a digit, an operator, a `v` or an `x`. */
const TAG = /^[a-uwyzA-UWYZ][\w-]*$/;
/** What makes npm take a text for an address or a path; `\` does on Windows. */
const ADDRESS = /^\.|[:/@\\]|\.(?:tgz|tar\.gz|tar)$/i;

/**
 * What npm-package-arg says of a specifier that can be no address and no path, and of an alias of such a one; null for
 * all others, and for what it refuses. It tries every specifier as an address first: 0.2 ms for each that is none.
 * https://github.com/npm/npm-package-arg/blob/v13.0.2/lib/npa.js, `resolve`, `fromAlias` and `fromRegistry`
 */
export function plainSpecifier(alias: string, spec: string): Specifier | null {
  if (!isPlainName(alias)) return null;
  const direct = plainAsk(alias, spec);
  if (direct !== null || !/^npm:/i.test(spec)) return direct;
  const at = spec.indexOf("@", "npm:@".length);
  const name = spec.slice("npm:".length, Math.max(at, 0));
  const isName = isPlainName(name) && (name.startsWith("@") || !ADDRESS.test(name));
  return isName ? plainAsk(name, spec.slice(at + 1)) : null;
}

function isPlainName(name: string): boolean {
  return NAME.test(name) && !NOT_NAMES.has(name.toLowerCase());
}

function plainAsk(name: string, spec: string): Specifier | null {
  const range = spec.trim() || "*";
  if (RANGE.test(spec)) return { source: "registry", name, range, tag: false };
  if (TAG.test(spec)) return { source: "registry", name, range, tag: true };
  if (ADDRESS.test(spec)) return null;
  const isRange = valid(range, { loose: true }) !== null || validRange(range, { loose: true }) !== null;
  return isRange || isItsOwnEncoding(range) ? { source: "registry", name, range, tag: !isRange } : null;
}

function isItsOwnEncoding(text: string): boolean {
  try {
    return encodeURIComponent(text) === text;
  } catch {
    return false;
  }
}
