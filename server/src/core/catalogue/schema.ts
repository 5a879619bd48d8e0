/**
 * The shape of the catalogue's file. The bundled one is held to it when it is made and in the tests, not at every start;
 * one that is fetched is held to it each time. Members that a later version may add are left out.
 */
import * as v from "valibot";

export const PACKAGE_NAME = /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-zA-Z0-9][a-zA-Z0-9._~-]*$/;
const VERSION = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?`;
const NAME = PACKAGE_NAME.source.slice(1, -1);
const ADVISORY_ID = String.raw`(?:MAL-\d{4}-\d+|GHSA(?:-[0-9a-z]{4}){3}|CVE-\d{4}-\d{4,})`;

/** `axios 0.30.4,1.14.1 MAL-2026-2307 GHSA-fw8c-xr5c-95f9`; a version that only one list names ends in `?`. */
const PackageLine = v.pipe(
  v.string(),
  v.regex(new RegExp(String.raw`^${NAME} ${VERSION}\??(?:,${VERSION}\??)*(?: ${ADVISORY_ID})*$`)),
);

/** `axios 0.30.4 0.30.3`: name, compromised version, the version to go back to. */
const LastGoodLine = v.pipe(v.string(), v.regex(new RegExp(String.raw`^${NAME} ${VERSION} ${VERSION}$`)));

export const Moment = v.pipe(v.string(), v.isoTimestamp());
const PublicUrl = v.pipe(v.string(), v.url(), v.startsWith("https://"));
export const Sentence = v.pipe(v.string(), v.minLength(10), v.maxLength(160), v.regex(/^[^\n.][^\n]*[^\n.]$/));

/** What the catalogue says of an incident, and its source in scripts/catalogue/incidents/ too. */
export const INCIDENT_FACTS = {
  title: Sentence,
  technique: v.pipe(v.string(), v.regex(/^[a-z-]+$/)),
  /** As exact as it is known: a year, a month, a day or a moment, in UTC. */
  firstPublished: v.pipe(v.string(), v.regex(/^\d{4}(?:-\d\d(?:-\d\d(?:T[\d:]{5,8}Z)?)?)?$/)),
  /** When the registry stopped serving it (or its advisory came out, where that is all that is known). */
  removed: v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d(?:T[\d:]{5,8}Z)?$/))),
  sources: v.array(PublicUrl),
  packages: v.pipe(v.array(PackageLine), v.minLength(1)),
};
export const IncidentId = v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/));
export const LastGoodLines = v.array(LastGoodLine);

const DisputedEntry = {
  name: v.pipe(v.string(), v.regex(PACKAGE_NAME)),
  versions: v.pipe(v.array(v.pipe(v.string(), v.regex(new RegExp(`^${VERSION}$`)))), v.minLength(1)),
  /** A clause that can follow "that is disputed:". */
  reason: Sentence,
  source: PublicUrl,
};

export const CatalogueSchema = v.object({
  schemaVersion: v.literal(1),
  /** Up to when material was looked for. A file that takes another one's place has a later one. */
  asOf: Moment,
  generatedFrom: v.pipe(v.string(), v.regex(/^sha256-[0-9a-f]{64}$/)),
  counts: v.object({ incidents: v.number(), packages: v.number(), versions: v.number() }),
  incidents: v.array(
    v.object({
      id: IncidentId,
      ...INCIDENT_FACTS,
      /** It was public knowledge by then, at the latest. */
      knownSince: Moment,
    }),
  ),
  lastGood: LastGoodLines,
  disputed: v.array(v.object(DisputedEntry)),
});

/** The file that is written by hand. */
export const DisputedSchema = v.array(v.strictObject(DisputedEntry));

export type CatalogueFile = v.InferOutput<typeof CatalogueSchema>;
export type DisputedFile = v.InferOutput<typeof DisputedSchema>;
