import parse from "semver/functions/parse.js";

const PLAIN = /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}$/;

/**
 * The version that package managers install for one as a lockfile writes it (`v1.0.1`, `=1.0.1`, ` 1.0.1`, `1.0.01`,
 * `1.0.1+x`): as registries list it, without build metadata. Null for what is no exact version.
 */
export function exactVersion(written: string): string | null {
  return PLAIN.test(written) ? written : (parse(written, { loose: true })?.version ?? null);
}
