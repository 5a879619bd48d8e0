/** Whether every version of the bundled catalogue is named `compromised` with nothing asked of anybody. */
import data from "../../server/src/core/catalogue/catalogue.json" with { type: "json" };
import type { BundledCatalogue } from "../../server/src/core/catalogue/catalogue.ts";
import { explainRelease } from "../../server/src/core/engine/explain.ts";
import { unknown } from "../../server/src/core/facts/fact.ts";
import type { Ports } from "../../server/src/core/ports.ts";
import { DEFAULT_SETTINGS } from "../../server/src/core/settings/settings.ts";
import { portsOver } from "./harness.ts";

export interface CatalogueScore {
  readonly versions: number;
  readonly named: number;
  readonly missed: readonly string[];
}

export async function catalogueScore(catalogue: BundledCatalogue): Promise<CatalogueScore> {
  const offline = unknown("offline", "nothing is asked while offline");
  const now = Date.now();
  const ports: Ports = {
    ...portsOver(() => Promise.resolve(offline), now),
    clock: { now: () => now, asOf: null, elapsed: () => performance.now(), breathe: () => Promise.resolve() },
    catalogue,
    advisories: {
      lookup: (releases) =>
        Promise.resolve(
          releases.map(({ name, version }) => ({ found: catalogue.advisories(name, version), missing: [offline] })),
        ),
    },
  };
  const missed: string[] = [];
  const releases = releasesOf();
  for (const { name, version } of releases) {
    const { judgements } = await explainRelease(
      { name, version, registry: { url: "https://registry.npmjs.org/", isPublic: true } },
      ports,
      DEFAULT_SETTINGS,
      "file:///replay",
      new AbortController().signal,
    );
    if (!judgements.some(({ rule }) => rule === "compromised")) missed.push(`${name}@${version}`);
  }
  return { versions: releases.length, named: releases.length - missed.length, missed };
}

/** Each entry is `name versions [ids]`; see docs/catalogue.md. */
function releasesOf(): readonly { readonly name: string; readonly version: string }[] {
  const all = data.incidents.flatMap(({ packages }) =>
    packages.flatMap((entry) => {
      const [name = "", versions = ""] = entry.split(" ");
      return versions.split(",").map((version) => ({ name, version: version.replace(/[^0-9A-Za-z.+-]/g, "") }));
    }),
  );
  return [...new Map(all.map((release) => [`${release.name}@${release.version}`, release])).values()];
}
