import type { DeclaredOverride } from "../model.ts";
import { LONGEST_SPECIFIER } from "./limits.ts";

/** The package that an override's key is about: its name, and where in the key that stands. */
export interface OverrideTarget {
  readonly name: string;
  /** Offset of the name in the key. */
  readonly at: number;
}

/**
 * - npm `overrides`, one key of the chain: `name` or `name@range`.
 *   https://docs.npmjs.com/cli/configuring-npm/package-json#overrides
 * - Yarn `resolutions`: `name`, `parent/name`, any depth (two stars) before `/name`, each with or without scope and `@range`.
 *   https://yarnpkg.com/configuration/manifest#resolutions
 * - pnpm `overrides`: `name`, `parent>name`, each with or without `@range`. https://pnpm.io/settings#overrides
 */
export function overrideTarget(field: DeclaredOverride["field"], key: string): OverrideTarget {
  if (key.length > LONGEST_SPECIFIER) return { name: key, at: 0 };
  const at = field === "resolutions" ? lastOfPath(key) : field === "pnpm.overrides" ? lastOfChain(key) : 0;
  return { name: withoutRange(key.slice(at)), at };
}

function withoutRange(descriptor: string): string {
  const at = descriptor.indexOf("@", 1);
  return at === -1 ? descriptor : descriptor.slice(0, at);
}

/** A range holds a `/` only where it names a scope (`foo@npm:@scope/bar@1`); behind any other (`foo@npm:1.0.0/bar`) the path goes on. */
export function lastOfPath(key: string): number {
  for (let at = 0; ;) {
    // A scope's own slash is part of the name.
    const scope = key.startsWith("@", at) ? key.indexOf("/", at) : at;
    const slash = scope === -1 ? -1 : key.indexOf("/", scope + 1);
    if (slash === -1 || namesScope(key.slice(key.lastIndexOf("/", slash - 1) + 1, slash))) return at;
    at = slash + 1;
  }
}

/** `foo@npm:@scope`, the part of a path before the slash of its range. */
function namesScope(part: string): boolean {
  const range = part.indexOf("@", 1);
  return range !== -1 && part.lastIndexOf(":@") > range;
}

/** pnpm splits at a `>` that is not the operator of a range: after anything but a space, `|` or `@`. */
export function lastOfChain(key: string): number {
  for (let at = key.lastIndexOf(">"); at > 0; at = key.lastIndexOf(">", at - 1)) {
    if (!" |@".includes(key.charAt(at - 1))) return at + 1;
  }
  return 0;
}
