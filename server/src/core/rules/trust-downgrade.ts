import { parse } from "semver";
import { earlierReleases } from "../facts/earlier.ts";
import type { EarlierRelease } from "../facts/earlier.ts";
import { isWeaker, trustOf } from "../facts/trust.ts";
import type { Trust } from "../facts/trust.ts";
import type { ReleaseFacts } from "../facts/package.ts";
import { publisherChange } from "../facts/publisher-change.ts";
import type { PublisherChange } from "../facts/publisher-change.ts";
import { leastAge, lockedBy, releaseOf } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { oneLine } from "../util/sanitize.ts";
import { isRecent, isYoung } from "./fresh.ts";
import type { Rule } from "./rule.ts";

/** How many releases back show a habit. A project that gave provenance up long ago is not told with each release. */
const HABIT = 5;

export const trustDowngrade: Rule = {
  meta: {
    id: "trust-downgrade",
    says: "published with less to prove its origin than earlier releases of the same major: provenance or trusted publishing is gone",
    severity: "warning",
    rises: "error where the account that published it published none of the earlier releases, and the release is fresh",
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
    const line = parse(subject.version)?.major;
    if (!release.known || line === undefined) return [];
    const trust = trustOf(release.value);
    if (trust === null) return [];
    const refusedBy =
      context.trust?.refusedBy(
        subject.published.known ? leastAge(subject.published.value, context.now) : 0,
        lockedBy(subject),
      ) ?? null;
    const earlier = earlierReleases(subject, context.cooldown.ms);
    const change = publisherChange(release.value, earlier);
    const isByStranger = change?.isAccount === true;
    // pnpm goes by time alone: what it refuses is reported at a new major too. So is what comes from a stranger, who chooses it.
    const isAnyMajor = refusedBy !== null || isByStranger;
    const compared = earlier.filter((other) => isAnyMajor || parse(other.release.version)?.major === line);
    const best = strongest(compared.slice(0, HABIT));
    if (best === null || !isWeaker(trust, best.trust)) return [];
    const { lost, had } = WORDS[best.trust];
    const isStranger = isByStranger && isRecent(subject, context);
    const refused = refusedBy === null ? "" : ` pnpm refuses it (${refusedBy}).`;
    return [
      {
        ...(isStranger ? { severity: "error" as const } : {}),
        message: `${subject.name} ${subject.version} was ${lost}; ${best.version} before it ${had}.${publisherTold(release.value, change, earlier)}${refused}`,
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

/** Who published it, and whether that account ever did before; empty where that is not known. */
function publisherTold(
  { publisher }: ReleaseFacts,
  change: PublisherChange | null,
  earlier: readonly EarlierRelease[],
): string {
  if (change !== null) return ` It was ${change.clause}.`;
  const before = earlier.flatMap(({ release }) => release.publisher ?? []);
  if (publisher?.trustedPublisher !== null || before.length === 0) return "";
  return ` It was published by ${oneLine(publisher.name, 60)}, who published earlier releases too.`;
}

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
