import { packageAsOf } from "../facts/as-of.ts";
import { known } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import type { PackageFacts } from "../facts/package.ts";
import type { Cancellation, Clock, PackageRef, Registry } from "../ports.ts";
import { guarded } from "../facts/guard.ts";

/** The registry as it stood at the moment of judgement. Throws only when cancelled. */
export interface PackageSource {
  packageFacts(ref: PackageRef, detail: PackageFacts["detail"], cancel: Cancellation): Promise<Fact<PackageFacts>>;
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
