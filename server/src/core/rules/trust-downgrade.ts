import { parse } from "semver";
import { earlierReleases } from "../facts/earlier.ts";
import type { EarlierRelease } from "../facts/earlier.ts";
import { isWeaker, trustOf } from "../facts/trust.ts";
import type { Trust } from "../facts/trust.ts";
import { leastAge, lockedBy, releaseOf } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { isYoung } from "./fresh.ts";
import type { Rule } from "./rule.ts";

/** How many releases back show a habit. A project that gave provenance up long ago is not told with each release. */
const HABIT = 5;

export const trustDowngrade: Rule = {
  meta: {
    id: "trust-downgrade",
    says: "published with less to prove its origin than earlier releases of the same major: provenance or trusted publishing is gone",
    severity: "warning",
  },
  fixes: [changeVersion],
  isOfServed: true,
  check: (subject, context) => {
    if (
      !isYoung(subject, context) ||
      context.trust?.isExempt(subject.name, subject.version, lockedBy(subject)) === true
    )
      return [];
    const release = releaseOf(subject);
    const trust = release.known ? trustOf(release.value) : null;
    const line = parse(subject.version)?.major;
    if (trust === null || line === undefined) return [];
    const refusedBy =
      context.trust?.refusedBy(
        subject.published.known ? leastAge(subject.published.value, context.now) : 0,
        lockedBy(subject),
      ) ?? null;
    // pnpm goes by time alone: what it refuses is told of at a new major too.
    const earlier = earlierReleases(subject, context.cooldown.ms).filter(
      (other) => refusedBy !== null || parse(other.release.version)?.major === line,
    );
    const best = strongest(earlier.slice(0, HABIT));
    if (best === null || !isWeaker(trust, best.trust)) return [];
    const { lost, had } = WORDS[best.trust];
    const refused = refusedBy === null ? "" : ` pnpm refuses it (${refusedBy}).`;
    return [
      {
        message: `${subject.name} ${subject.version} was ${lost}; ${best.version} before it ${had}.${refused}`,
        signal: { kind: "publisher", weight: 4, clause: lost },
      },
    ];
  },
};

const WORDS: Readonly<Record<Exclude<Trust, "none">, { readonly lost: string; readonly had: string }>> = {
  approved: { lost: "not approved by a second person before it went out", had: "was" },
  "trusted-publisher": { lost: "not published by the usual workflow (trusted publishing)", had: "was" },
  provenance: { lost: "published without provenance", had: "has it" },
};

interface Proven {
  readonly trust: Exclude<Trust, "none">;
  readonly version: string;
}

function strongest(earlier: readonly EarlierRelease[]): Proven | null {
  let best: Proven | null = null;
  for (const { release } of earlier) {
    const trust = trustOf(release);
    if (trust !== null && trust !== "none" && (best === null || isWeaker(best.trust, trust)))
      best = { trust, version: release.version };
  }
  return best;
}
