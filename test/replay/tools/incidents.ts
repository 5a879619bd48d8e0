/**
 * Writes the replayed incidents from their seeds: `npx tsx test/replay/tools/incidents.ts`. A seed is written by hand, from
 * the incident's sources; what stood on the registry around the release is fetched from the configured one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import { compare, lt, valid } from "semver";
import { openCatalogue } from "../../../server/src/core/catalogue/catalogue.ts";
import { incidentSchema, written, type PackagesData, type ReleaseData } from "../data.ts";
import { packument } from "./registry.ts";
import { deltas, FILLED, releaseData, stableVersions } from "./trim.ts";

const HERE = new URL(".", import.meta.url);
const DAY = 86_400_000;
/** Releases before the malicious one that stay. */
const EARLIER = 6;

const texts = v.record(v.string(), v.string());
const publisher = v.strictObject({ name: v.string(), trustedPublisher: v.exactOptional(v.string()) });
const seed = v.strictObject({
  ...v.omit(incidentSchema, ["packages"]).entries,
  /** When it came out; a day alone is taken for its noon. */
  at: v.string(),
  /** What the release adds to the one before it. */
  release: v.strictObject({
    scripts: v.exactOptional(texts),
    dependencies: v.exactOptional(texts),
    optionalDependencies: v.exactOptional(texts),
    gypfile: v.exactOptional(v.literal(true)),
    publisher: v.exactOptional(publisher),
    provenance: v.exactOptional(v.boolean()),
  }),
  /** What is known of who published the releases before. */
  earlier: v.exactOptional(
    v.strictObject({
      publisher: v.exactOptional(publisher),
      provenance: v.exactOptional(v.boolean()),
      scripts: v.exactOptional(texts),
    }),
    {},
  ),
  /** Other packages, whole. */
  others: v.exactOptional(
    v.record(
      v.string(),
      v.record(
        v.string(),
        v.object({ at: v.string(), scripts: v.exactOptional(texts), dependencies: v.exactOptional(texts) }),
      ),
    ),
    {},
  ),
});

const catalogue = openCatalogue();

async function main(): Promise<void> {
  const seeds = v.parse(v.array(seed), JSON.parse(readFileSync(new URL("../seeds.json", HERE), "utf8")));
  for (const { at, release, earlier, others, ...incident } of seeds) {
    const moment = at.includes("T") ? at : `${at}T12:00:00Z`;
    const before =
      incident.before === null
        ? []
        : await earlierReleases(incident.package, incident.version, incident.before, moment, earlier);
    const [last] = before.slice(-1);
    const bad: ReleaseData = {
      at: moment,
      ...(last?.[1].scripts === undefined && release.scripts === undefined
        ? {}
        : { scripts: { ...last?.[1].scripts, ...release.scripts } }),
      dependencies: { ...last?.[1].dependencies, ...release.dependencies },
      optionalDependencies: { ...last?.[1].optionalDependencies, ...release.optionalDependencies },
      ...(release.gypfile === true || last?.[1].gypfile === true ? { gypfile: true } : {}),
      ...(release.publisher === undefined ? {} : { publisher: release.publisher }),
      ...(release.provenance === undefined ? {} : { provenance: release.provenance }),
    };
    const packages: PackagesData = { [incident.package]: { ...deltas(before), [incident.version]: bad }, ...others };
    writeFileSync(new URL(`../incidents/${incident.id}.json`, HERE), written({ ...incident, packages }));
    process.stdout.write(
      `${incident.id}: ${before.map(([version, { at: when }]) => `${version} ${when.slice(0, 10)}`).join(", ")}\n`,
    );
  }
}

/** The releases up to the one that was the newest before, oldest first. A time that is of mirroring is set before the moment, in order. */
async function earlierReleases(
  name: string,
  version: string,
  newest: string,
  moment: string,
  known: v.InferOutput<typeof seed>["earlier"],
): Promise<(readonly [string, ReturnType<typeof releaseData>])[]> {
  const raw = await packument(name);
  const served =
    raw === null ? [] : stableVersions(raw).filter((one) => catalogue.advisories(name, one.version).length === 0);
  const below = served
    .filter((one) => compare(one.version, newest) <= 0 && (valid(version) === null || lt(one.version, version)))
    .slice(-EARLIER);
  const last = Date.parse(moment) - 20 * DAY;
  const releases = below.map((one, index): readonly [string, ReturnType<typeof releaseData>] => {
    const stated = Date.parse(one.at);
    const isPlausible = one.at >= FILLED && stated < Date.parse(moment);
    const at = isPlausible ? one.at : new Date(last - (below.length - 1 - index) * 30 * DAY).toISOString();
    const data = raw === null ? { at, dependencies: {}, optionalDependencies: {} } : { ...releaseData(raw, one), at };
    return [
      one.version,
      {
        ...data,
        ...(known.scripts === undefined ? {} : { scripts: known.scripts }),
        ...(known.publisher === undefined ? {} : { publisher: known.publisher }),
        ...(known.provenance === undefined ? {} : { provenance: known.provenance }),
      },
    ];
  });
  if (releases.some(([one]) => one === newest)) return releases;
  // The registry has it no more: that there was such a release is all that is known.
  const { dependencies = {}, optionalDependencies = {}, scripts } = releases.at(-1)?.[1] ?? {};
  return [
    ...releases,
    [
      newest,
      {
        at: new Date(last + DAY).toISOString(),
        dependencies,
        optionalDependencies,
        ...(scripts === undefined ? {} : { scripts }),
        ...known,
      },
    ],
  ];
}

void main();
