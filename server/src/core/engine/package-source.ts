import { packageAsOf } from "../facts/as-of.ts";
import { known } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import type { PackageFacts } from "../facts/package.ts";
import type { Cancellation, Clock, PackageRef, Registry } from "../ports.ts";

/** The registry as it stood at the moment of judgement. */
export interface PackageSource {
  packageFacts(ref: PackageRef, detail: PackageFacts["detail"], cancel: Cancellation): Promise<Fact<PackageFacts>>;
}

export function packageSource(registry: Registry, clock: Clock): PackageSource {
  const { asOf } = clock;
  if (asOf === null) return registry;
  return {
    async packageFacts(ref, _detail, cancel) {
      // Only the full form has the publish times that tell what existed then.
      const facts = await registry.packageFacts(ref, "full", cancel);
      return facts.known ? known(packageAsOf(facts.value, asOf)) : facts;
    },
  };
}
