/** The Advisories port: the bundled catalogue, OSV, and the registries' own advisories as one answer. */
import type { Advisory, AdvisoryFacts } from "../core/facts/advisory.ts";
import { unknown, type Unknown } from "../core/facts/fact.ts";
import {
  registryKey,
  type Advisories,
  type Cancellation,
  type Catalogue,
  type RegistryRef,
  type ReleaseRef,
} from "../core/ports.ts";
import type { BulkAdvisories, BulkOutcome } from "./bulk.ts";
import { signalOf } from "./cancellation.ts";
import type { Osv } from "./osv.ts";
import type { Openness } from "./registry-visibility.ts";

export interface AdvisoryOptions {
  readonly catalogue: Catalogue;
  /** Null when it is switched off: not asked, and not missed. */
  readonly osv: Osv | null;
  readonly bulk: BulkAdvisories;
  /** Whether a registry that counts as public has shown itself open. Throws only the signal's reason. */
  readonly opennessOf: (registry: RegistryRef, signal: AbortSignal) => Promise<Openness>;
}

/**
 * What is missing: OSV where it could not be asked. A release from a private registry is never sent to OSV; there its
 * registry's own advisories stand in, and only where those are not to be had either is the release reported as `private`.
 * As long as it is not known whether a registry is open its names are kept back too, and OSV is missing for them.
 * With OSV switched off the registry is the only service, so its failures are reported; that it has no such service is not.
 */
export class CombinedAdvisories implements Advisories {
  readonly #options: AdvisoryOptions;

  constructor(options: AdvisoryOptions) {
    this.#options = options;
  }

  async lookup(releases: readonly ReleaseRef[], cancel: Cancellation): Promise<readonly AdvisoryFacts[]> {
    cancel.throwIfAborted();
    const signal = signalOf(cancel) ?? new AbortController().signal;
    const { catalogue, osv, bulk } = this.#options;
    const [fromOsv, fromRegistries] = await Promise.all([
      this.#askOsv(osv, releases, signal),
      bulk.lookup(releases, signal),
    ]);
    cancel.throwIfAborted();
    return releases.map((release, index) => {
      const outcome: BulkOutcome = fromRegistries[index] ?? "unsupported";
      const answer = fromOsv[index] ?? null;
      const own = outcome !== "unsupported" && outcome.known ? outcome.value : [];
      return {
        found: merged([...catalogue.advisories(release.name, release.version), ...(answer?.found ?? []), ...own]),
        missing: answer?.missing ?? withoutOsv(release, outcome, osv !== null),
      };
    });
  }

  /** Null for releases whose names are not sent there because they are private. */
  async #askOsv(
    osv: Osv | null,
    releases: readonly ReleaseRef[],
    signal: AbortSignal,
  ): Promise<(AdvisoryFacts | null)[]> {
    const answers = new Array<AdvisoryFacts | null>(releases.length).fill(null);
    if (osv === null) return answers;
    const indices = new Map<string, number[]>();
    for (const [index, { registry }] of releases.entries()) {
      if (!registry.isPublic) continue;
      const key = registryKey(registry);
      const of = indices.get(key);
      if (of === undefined) indices.set(key, [index]);
      else of.push(index);
    }
    // Each registry by itself: one that is slow to show itself open does not hold up the names of another.
    await Promise.all(
      [...indices.values()].map(async (of) => {
        const asked = of.flatMap((index) => releases[index] ?? []);
        const registry = asked[0]?.registry;
        const openness = registry === undefined ? "refusing" : await this.#options.opennessOf(registry, signal);
        if (openness === "refusing") return;
        const found =
          openness === "open" ? await osv.lookup(asked, signal) : asked.map(() => ({ found: [], missing: [openness] }));
        of.forEach((index, at) => {
          answers[index] = found[at] ?? null;
        });
      }),
    );
    return answers;
  }
}

function withoutOsv(release: ReleaseRef, outcome: BulkOutcome, osvEnabled: boolean): readonly Unknown[] {
  if (outcome !== "unsupported" && outcome.known) return [];
  if (!osvEnabled) return outcome === "unsupported" ? [] : [outcome];
  if (outcome !== "unsupported" && (outcome.code === "offline" || outcome.code === "refused")) return [outcome];
  const { host } = new URL(release.registry.url);
  if (outcome !== "unsupported")
    return [
      unknown(
        outcome.code,
        `names from ${host} are not sent to advisory services, and its own gave no answer: ${outcome.reason}`,
      ),
    ];
  return [
    unknown("private", `names from ${host} are not sent to advisory services, and it has no advisories of its own`),
  ];
}

/** One advisory for each that shares an id or an alias; the first source's words stand, and malware in any is malware. */
export function merged(advisories: readonly Advisory[]): readonly Advisory[] {
  const groups: Advisory[][] = [];
  /** Which group an id is first in. */
  const places = new Map<string, number>();
  for (const advisory of advisories) {
    const ids = [advisory.id, ...advisory.aliases];
    const at = ids.reduce((first, id) => Math.min(first, places.get(id) ?? groups.length), groups.length);
    const group = groups[at] ?? [];
    groups[at] = group;
    group.push(advisory);
    for (const id of ids) places.set(id, Math.min(at, places.get(id) ?? at));
  }
  return groups.flatMap((group) => joined(group) ?? []);
}

/** undefined for none. */
function joined(group: readonly Advisory[]): Advisory | undefined {
  const [first] = group;
  if (first === undefined || group.length === 1) return first;
  const aliases = new Set(group.flatMap((one) => [one.id, ...one.aliases]));
  aliases.delete(first.id);
  return {
    ...first,
    aliases: [...aliases],
    malware: group.some(({ malware }) => malware),
    summary: group.find(({ summary }) => summary !== "")?.summary ?? "",
    url: group.find(({ url }) => url !== null)?.url ?? null,
    published: group.map(({ published }) => published).reduce(earliest),
    affected: {
      versions: [...new Set(group.flatMap(({ affected }) => affected.versions))],
      ranges: group.flatMap(({ affected }) => affected.ranges),
    },
  };
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
