/** The compact form in which a test says what the outside world holds. Dates are ISO 8601; a day alone is its first moment (UTC). */
import * as v from "valibot";
import type { UnknownCode } from "../../../server/src/core/facts/fact.ts";

const texts = v.record(v.string(), v.string());
const when = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/, "not a date"));

const CODES: readonly UnknownCode[] = [
  "offline",
  "private",
  "refused",
  "pending",
  "not-found",
  "unauthorized",
  "timeout",
  "unreachable",
  "http",
  "malformed",
  "not-stated",
];

/** A failed look-up: `["http", "registry.npmjs.org answered 503"]`. */
const failure = v.strictTuple([v.picklist(CODES), v.string()]);

/** When it came out, or that and more. */
const release = v.union([
  when,
  v.strictObject({
    at: when,
    scripts: v.exactOptional(texts),
    dependencies: v.exactOptional(texts),
    optionalDependencies: v.exactOptional(texts),
    peerDependencies: v.exactOptional(texts),
    peerDependenciesMeta: v.exactOptional(v.record(v.string(), v.strictObject({ optional: v.boolean() }))),
    bundleDependencies: v.exactOptional(v.array(v.string())),
    bin: v.exactOptional(v.union([v.string(), texts])),
    directories: v.exactOptional(texts),
    binary: v.exactOptional(v.record(v.string(), v.union([v.string(), v.boolean()]))),
    goBinary: v.exactOptional(texts),
    repository: v.exactOptional(v.string()),
    deprecated: v.exactOptional(v.string()),
    publisher: v.exactOptional(v.strictObject({ name: v.string(), trustedPublisher: v.exactOptional(v.string()) })),
    provenance: v.exactOptional(v.boolean()),
    gypfile: v.exactOptional(v.boolean()),
    /** Unpublished since: no longer served, its time stays. */
    removed: v.exactOptional(v.literal(true)),
  }),
]);

/** What is said of a package as a whole. */
const about = v.strictObject({
  tags: v.exactOptional(texts),
  /** When anything of it last changed; without: the newest publish time. */
  modified: v.exactOptional(when),
  /** The whole package was unpublished then. */
  unpublished: v.exactOptional(when),
  /** npm holds the name since, with this version. */
  held: v.exactOptional(v.strictObject({ at: when, version: v.string() })),
  /** Members written over those of the packument, in both forms. */
  packument: v.exactOptional(v.record(v.string(), v.unknown())),
  /** The packument cannot be had. */
  fails: v.exactOptional(failure),
});

const advisory = v.strictObject({
  id: v.string(),
  package: v.string(),
  versions: v.exactOptional(v.union([v.literal(">=0"), v.array(v.string())]), []),
  /** Of those of GitHub (GHSA-). */
  ranges: v.exactOptional(
    v.array(
      v.strictObject({
        introduced: v.string(),
        fixed: v.exactOptional(v.string()),
        lastAffected: v.exactOptional(v.string()),
      }),
    ),
    [],
  ),
  published: v.exactOptional(when, "2026-01-01"),
  aliases: v.exactOptional(v.array(v.string())),
  summary: v.exactOptional(v.string()),
  /** GitHub's weaknesses; CWE-506 is malware. */
  cwe: v.exactOptional(v.array(v.string())),
});

const incident = v.strictObject({
  id: v.string(),
  package: v.string(),
  versions: v.array(v.string()),
  title: v.string(),
  knownSince: when,
  lastGood: v.exactOptional(v.string()),
});

export const worldSchema = v.strictObject({
  /** Package → version → release. */
  packages: v.exactOptional(v.record(v.string(), v.record(v.string(), release)), {}),
  about: v.exactOptional(v.record(v.string(), about), {}),
  /** Served by a poor mirror that was filled then; null: as npmjs serves. */
  mirror: v.exactOptional(v.nullable(when), null),
  /** Names that resolve from a private registry begin with one of these. */
  private: v.exactOptional(v.array(v.string()), []),
  /** Every packument fails so. */
  registryDown: v.exactOptional(v.nullable(failure), null),
  /** Tarballs carry no date. */
  undatedTarballs: v.exactOptional(v.boolean(), false),
  advisories: v.exactOptional(v.array(advisory), []),
  /** The advisory service cannot be asked. */
  advisoriesDown: v.exactOptional(v.nullable(failure), null),
  /** The bundled catalogue, or one made for the case. */
  catalogue: v.exactOptional(v.union([v.literal("bundled"), v.array(incident)]), []),
  /** `name@version` → why it is held to be clean. */
  disputed: v.exactOptional(texts, {}),
});

export type WorldInput = v.InferInput<typeof worldSchema>;
export type World = v.InferOutput<typeof worldSchema>;
export type AdvisoryInput = v.InferOutput<typeof advisory>;

/** @throws on anything that is not of this form, a misspelt member included */
export function readWorld(raw: unknown): World {
  return v.parse(worldSchema, raw);
}
