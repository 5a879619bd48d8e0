import type { DocumentProblem } from "../model.ts";

/** The largest lockfile that is read, in UTF-16 code units. Known large lockfiles are below 10 million. */
export const LARGEST = 50_000_000;

/** The largest manifest that is read: it is read in one go, and people write it. */
export const LARGEST_MANIFEST = 5_000_000;

/** The largest policy file that is read, in UTF-16 code units: people write them. */
export const LARGEST_CONFIG = 500_000;

/** Values in one policy file: no policy comes near, and references in YAML could otherwise multiply without end. */
export const MOST_VALUES = 50_000;

/** How deep values of a policy file may nest. */
export const DEEPEST = 64;

/** The longest address of a registry, or other setting of one line, that is taken apart. No server takes a longer one. */
export const LONGEST_ADDRESS = 8_192;

/** The longest name that npm allows: https://docs.npmjs.com/cli/configuring-npm/package-json#name */
export const LONGEST_NAME = 214;

/** The longest version that is one: semver, MAX_LENGTH. */
export const LONGEST_VERSION = 256;

/** The longest specifier, range or key of an override that is taken apart. Nobody writes one that comes near. */
export const LONGEST_SPECIFIER = 2_000;

/** Package managers that `devEngines` may state: policy is worked out for each. Real projects state one or two. */
export const MOST_MANAGERS = 20;

/**
 * The longest text that may state a package manager's version, in UTF-16 code units: ranges are held against each other,
 * each bound of one against each of the other. A version with its hash takes 150.
 */
export const LONGEST_MANAGER_VERSION = 256;

/** Overrides of one package that are looked at: each is held against all who ask for it. Real projects have a handful. */
export const MOST_OVERRIDES = 64;

/** The problem of a text that is larger than may be; null for any other. */
export function tooLarge(text: string, largest: number): DocumentProblem | null {
  if (text.length <= largest) return null;
  const message = `${(text.length / 1e6).toFixed(1)} million characters, more than the ${largest / 1e6} million that are read`;
  return { kind: "too-large", message, span: { start: 0, end: 0 } };
}
