/** Package facts as JSON text and back, for a cache. What does not decode is a cache miss. */
import * as v from "valibot";
import type { PackageFacts } from "./package.ts";

const mapOf = <T>(value: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.array(v.strictTuple([v.string(), value])),
    v.transform((entries): ReadonlyMap<string, T> => new Map(entries)),
  );
const time = v.pipe(v.number(), v.finite());

const release = v.object({
  version: v.string(),
  deprecated: v.nullable(v.string()),
  hasInstallScript: v.nullable(v.boolean()),
  scripts: v.nullable(
    v.object({
      preinstall: v.exactOptional(v.string()),
      install: v.exactOptional(v.string()),
      postinstall: v.exactOptional(v.string()),
    }),
  ),
  scriptsCut: v.boolean(),
  gypfile: v.nullable(v.boolean()),
  publisher: v.nullable(
    v.object({ name: v.string(), trustedPublisher: v.nullable(v.string()), approved: v.boolean() }),
  ),
  provenance: v.nullable(v.boolean()),
  tarball: v.nullable(v.string()),
  integrity: v.nullable(v.string()),
  shasum: v.nullable(v.string()),
  dependencies: mapOf(v.string()),
});

const packageFacts = v.object({
  name: v.string(),
  detail: v.picklist(["abbreviated", "full"]),
  fetchedAt: time,
  modified: v.nullable(time),
  distTags: mapOf(v.string()),
  releases: mapOf(release),
  times: mapOf(time),
  unpublishedAt: v.nullable(time),
  securityHolder: v.boolean(),
});

export function encodePackageFacts(facts: PackageFacts): string {
  return JSON.stringify(facts, (_key, value: unknown) =>
    value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
  );
}

/** Null when the text is not what `encodePackageFacts` writes. */
export function decodePackageFacts(text: string): PackageFacts | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = v.safeParse(packageFacts, raw, { abortEarly: true });
  return parsed.success ? parsed.output : null;
}
