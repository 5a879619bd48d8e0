/** When releases came out, by the cheapest proof that will do. */
import { known, unknown } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import type { PackageFacts } from "../facts/package.ts";
import { hostOfAddress } from "../facts/places.ts";
import { notListed } from "../facts/subject.ts";
import type { Publication } from "../facts/subject.ts";
import type { Cancellation, Ports, ReleaseRef } from "../ports.ts";
import type { PackageSource } from "./package-source.ts";
import type { Target } from "../project/target.ts";

export class Publications {
  constructor(
    private readonly ports: Pick<Ports, "registry" | "clock"> & { readonly source: PackageSource },
    /** Ms: older than this is old enough, where only a proof of age is to be had. */
    private readonly cooldownMs: number,
  ) {}

  /** The time itself where the packument states it; else a proof that the release is past its cooldown. */
  async of(target: Target, facts: Fact<PackageFacts>, cancel: Cancellation): Promise<Fact<Publication>> {
    const { release } = target;
    if (facts.known) {
      const at = facts.value.times.get(release.version);
      if (at !== undefined) return known({ exact: true, at });
      const proven = await this.provenAge(release, facts.value, this.cooldownMs, cancel);
      if (proven !== null) return known(proven);
      cancel.throwIfAborted();
    }
    if (!facts.known) return facts;
    const host = registryHost(release);
    if (!facts.value.releases.has(release.version)) return unknown("not-stated", notListed(host));
    // The date of a commit that locks it proves nothing: whoever writes a commit chooses its date.
    return unknown("not-stated", `${host} does not say when it was published`);
  }

  /**
   * The cheap proofs that a release is no younger than `age` (ms): that nothing of its package changed since, or the date
   * of its tarball. null where neither holds, and for a version that the registry does not list: what it says of the
   * package is no proof of that.
   */
  async provenAge(
    release: ReleaseRef,
    facts: PackageFacts,
    age: number,
    cancel: Cancellation,
  ): Promise<Publication | null> {
    if (!facts.releases.has(release.version)) return null;
    const oldEnough = this.ports.clock.now() - age;
    if (facts.modified !== null && facts.modified <= oldEnough) return { exact: false, notAfter: facts.modified };
    const { distribution } = await this.ports.source.release(release, facts.detail, cancel);
    cancel.throwIfAborted();
    const tarball = distribution?.tarball ?? null;
    if (tarball === null) return null;
    const modified = await this.ports.registry.tarballModified(release, tarball, cancel);
    return modified.known && modified.value <= oldEnough ? { exact: false, notAfter: modified.value } : null;
  }

  /** The release is known to have been out by then, ms since epoch. */
  async wasOut(release: ReleaseRef, facts: PackageFacts, by: number, cancel: Cancellation): Promise<boolean> {
    const at = facts.times.get(release.version);
    if (at !== undefined) return at <= by;
    return (await this.provenAge(release, facts, this.ports.clock.now() - by, cancel)) !== null;
  }
}

/** The host alone, for messages. */
export function registryHost({ registry }: Pick<ReleaseRef, "registry">): string {
  return hostOfAddress(registry.url) ?? "its registry";
}
