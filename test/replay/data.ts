/** The data of the replay: small packuments, as files that a person can read. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as v from "valibot";

const texts = v.record(v.string(), v.string());

/**
 * One release. What is not stated is not known: a publisher, provenance. `dependencies` and `optionalDependencies` that are
 * left out are those of the release before it in the file; scripts that are left out are none.
 */
const release = v.strictObject({
  at: v.string(),
  /** The time is that of mirroring: when it came out is not known. */
  mirrored: v.exactOptional(v.literal(true)),
  scripts: v.exactOptional(texts),
  dependencies: v.exactOptional(texts),
  optionalDependencies: v.exactOptional(texts),
  gypfile: v.exactOptional(v.boolean()),
  publisher: v.exactOptional(v.strictObject({ name: v.string(), trustedPublisher: v.exactOptional(v.string()) })),
  provenance: v.exactOptional(v.boolean()),
});
export type ReleaseData = v.InferOutput<typeof release>;

const packages = v.record(v.string(), v.record(v.string(), release));
/** Package → version → release, oldest first. */
export type PackagesData = v.InferOutput<typeof packages>;

export const incidentSchema = v.strictObject({
  id: v.string(),
  title: v.string(),
  technique: v.string(),
  /** The release that is judged, one minute after it came out. */
  package: v.string(),
  version: v.string(),
  /** Something runs at install: a script, a binding.gyp, a git dependency. */
  installTime: v.boolean(),
  /** The release that was the newest a day before; null for a package made for the attack. */
  before: v.nullable(v.string()),
  /** Rules that must see it, written by hand. */
  expect: v.array(v.string()),
  /** Why only an advisory could catch it, where that is so. */
  onlyAdvisory: v.exactOptional(v.string()),
  /** What of this file is put together, and from what. */
  reconstructed: v.string(),
  sources: v.array(v.string()),
  packages,
});
export type IncidentData = v.InferOutput<typeof incidentSchema>;

export const ordinarySchema = v.strictObject({
  package: v.string(),
  /** Versions that are judged, one hour after they came out. */
  judged: v.array(v.string()),
  /** Versions whose time is that of mirroring; they count as earlier releases only. */
  leftOut: v.number(),
  packages,
});
export type OrdinaryData = v.InferOutput<typeof ordinarySchema>;

/** The list that rules were mended on, and one that nobody looks at before it is judged. */
export type OrdinaryList = "ordinary" | "held-out";

export function ordinaryPackages(list: OrdinaryList): readonly OrdinaryData[] {
  return ordinaryIn(new URL(`${list}/`, import.meta.url));
}

/** Empty where there is no such folder: the list was not fetched. */
export function ordinaryIn(folder: URL): readonly OrdinaryData[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return names.map((name) => v.parse(ordinarySchema, JSON.parse(readFileSync(new URL(name, folder), "utf8"))));
}

/** JSON with one release a line. */
export function written(data: IncidentData | OrdinaryData): string {
  const { packages: all, ...head } = data;
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  const parts = Object.entries(all).map(([name, releases]) => {
    const rows = Object.entries(releases).map(
      ([version, one]) => `      ${JSON.stringify(version)}: ${JSON.stringify(one)}`,
    );
    return `    ${JSON.stringify(name)}: {\n${rows.join(",\n")}\n    }`;
  });
  return `{\n${lines.join("\n")}\n  "packages": {\n${parts.join(",\n")}\n  }\n}\n`;
}
