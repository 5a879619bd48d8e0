import { LRUCache } from "lru-cache";
import { packageAsOf } from "../facts/as-of.ts";
import { known } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import type { Distribution, PackageFacts, Packument } from "../facts/package.ts";
import type { AdvisoryFacts } from "../facts/advisory.ts";
import { releaseKey } from "../project/target.ts";
import { registryKey } from "../ports.ts";
import type { Advisories, Cancellation, Clock, PackageRef, Registry, ReleaseRef } from "../ports.ts";
import { guarded } from "../facts/guard.ts";

type Detail = PackageFacts["detail"];

/** What the registry says of one release. */
export interface ReleaseAnswer {
  readonly package: Fact<PackageFacts>;
  /** Null where the release's own entry is not known. */
  readonly distribution: Distribution | null;
}

/** The registry as it stood at the moment of judgement. Throws only when cancelled. */
export interface PackumentSource {
  packument(ref: PackageRef, detail: Detail, cancel: Cancellation): Promise<Fact<Packument>>;
}

/** What a project needs of it. Throws only when cancelled. */
export interface PackageSource {
  packageFacts(ref: PackageRef, detail: Detail, cancel: Cancellation): Promise<Fact<PackageFacts>>;
  release(ref: ReleaseRef, detail: Detail, cancel: Cancellation): Promise<ReleaseAnswer>;
}

/** Keeps complete answers for as long as the project is inspected. An answer that lacks something is asked for again. */
export function rememberingAdvisories(advisories: Advisories): Advisories {
  const known = new Map<string, AdvisoryFacts>();
  return {
    lookup: async (releases, cancel) => {
      const keys = releases.map((release) => `${String(release.registry.isPublic)} ${releaseKey(release)}`);
      const open = releases.filter((_release, index) => !known.has(keys[index] ?? ""));
      const asked = open.length === 0 ? [] : await advisories.lookup(open, cancel);
      const answers = asked.values();
      return keys.flatMap((key) => {
        const present = known.get(key);
        if (present !== undefined) return [present];
        const answer = answers.next().value;
        if (answer === undefined) return [];
        if (answer.missing.length === 0) known.set(key, answer);
        return [answer];
      });
    },
  };
}

/** Whole packuments that are kept at a time: what a range takes is asked about before it is known which release that is. */
const MOST_WHOLE = 500;

/**
 * Keeps the packages that were found for as long as the project is inspected, so that each is asked for once. Of their
 * releases it keeps the distributions that were asked for: all of them would take most of the memory.
 */
export function rememberingSource(source: PackumentSource): PackageSource {
  const packages = new Map<string, Fact<PackageFacts>>();
  const distributions = new Map<string, Distribution | null>();
  const whole = new LRUCache<string, Fact<Packument>>({ max: MOST_WHOLE });
  const keyOf = ({ registry, name }: PackageRef): string => `${registryKey(registry)} ${name}`;
  const keptFor = <T>(kept: { get(key: string): T | undefined }, ref: PackageRef, detail: Detail): T | undefined =>
    kept.get(`full ${keyOf(ref)}`) ?? (detail === "abbreviated" ? kept.get(`abbreviated ${keyOf(ref)}`) : undefined);
  const ask = async (ref: PackageRef, detail: Detail, cancel: Cancellation): Promise<Fact<Packument>> => {
    const packument = await source.packument(ref, detail, cancel);
    // Nobody is asked for a name that is refused, whatever is known of another of that name.
    if (!packument.known || ref.registry.refused !== undefined) return packument;
    const key = `${packument.value.facts.detail === "full" ? "full" : detail} ${keyOf(ref)}`;
    packages.set(key, known(packument.value.facts));
    whole.set(key, packument);
    return packument;
  };
  return {
    packageFacts: async (ref, detail, cancel) => {
      const present = ref.registry.refused === undefined ? keptFor(packages, ref, detail) : undefined;
      if (present !== undefined) return present;
      const packument = await ask(ref, detail, cancel);
      return packument.known ? known(packument.value.facts) : packument;
    },
    release: async (ref, detail, cancel) => {
      const isOpen = ref.registry.refused === undefined;
      const key = `${keyOf(ref)} ${ref.version}`;
      const present = isOpen ? keptFor(packages, ref, detail) : undefined;
      const distribution = distributions.get(key);
      if (present !== undefined && distribution !== undefined) return { package: present, distribution };
      const packument = (isOpen ? keptFor(whole, ref, detail) : undefined) ?? (await ask(ref, detail, cancel));
      if (!packument.known) return { package: packument, distribution: null };
      const { facts, distributions: all } = packument.value;
      const own = facts.releases.has(ref.version) ? (all.get(ref.version) ?? null) : null;
      if (isOpen) distributions.set(key, own);
      return { package: known(facts), distribution: own };
    },
  };
}

export function packageSource(registry: Registry, { asOf }: Pick<Clock, "asOf">): PackumentSource {
  return {
    packument: (ref, detail, cancel) =>
      guarded(
        async (): Promise<Fact<Packument>> => {
          // Only the full form has the publish times that tell what existed at an earlier moment.
          const packument = await registry.packument(ref, asOf === null ? detail : "full", cancel);
          if (!packument.known || asOf === null) return packument;
          const { facts, distributions } = packument.value;
          return known({ facts: packageAsOf(facts, asOf), distributions });
        },
        (failure) => failure,
        cancel,
      ),
  };
}
