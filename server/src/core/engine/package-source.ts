import { packageAsOf } from "../facts/as-of.ts";
import { known } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import type { PackageFacts } from "../facts/package.ts";
import type { AdvisoryFacts } from "../facts/advisory.ts";
import { releaseKey } from "../project/target.ts";
import { registryKey } from "../ports.ts";
import type { Advisories, Cancellation, Clock, PackageRef, Registry } from "../ports.ts";
import { guarded } from "../facts/guard.ts";

/** The registry as it stood at the moment of judgement. Throws only when cancelled. */
export interface PackageSource {
  packageFacts(ref: PackageRef, detail: PackageFacts["detail"], cancel: Cancellation): Promise<Fact<PackageFacts>>;
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

/** Keeps the packages that were found for as long as the project is inspected, so that each is asked for once. */
export function rememberingSource(source: PackageSource): PackageSource {
  const known = new Map<string, Fact<PackageFacts>>();
  return {
    packageFacts: async (ref, detail, cancel) => {
      // Nobody is asked for it, whatever is known of another of that name.
      if (ref.registry.refused !== undefined) return source.packageFacts(ref, detail, cancel);
      const key = `${registryKey(ref.registry)} ${ref.name}`;
      const whole = known.get(`full ${key}`);
      const present = whole ?? (detail === "abbreviated" ? known.get(`abbreviated ${key}`) : undefined);
      if (present !== undefined) return present;
      const facts = await source.packageFacts(ref, detail, cancel);
      if (facts.known) known.set(`${facts.value.detail === "full" ? "full" : detail} ${key}`, facts);
      return facts;
    },
  };
}

export function packageSource(registry: Registry, { asOf }: Pick<Clock, "asOf">): PackageSource {
  return {
    packageFacts: (ref, detail, cancel) =>
      guarded(
        async (): Promise<Fact<PackageFacts>> => {
          // Only the full form has the publish times that tell what existed at an earlier moment.
          const facts = await registry.packageFacts(ref, asOf === null ? detail : "full", cancel);
          return facts.known && asOf !== null ? known(packageAsOf(facts.value, asOf)) : facts;
        },
        (failure) => failure,
        cancel,
      ),
  };
}
