/** Ordinary releases, each judged as if it had just come out: what would have been said of it. */
import { releaseOf } from "../../server/src/core/facts/subject.ts";
import type { Severity } from "../../server/src/core/rules/rule.ts";
import type { OrdinaryData } from "./data.ts";
import { judgeRelease, lookupIn } from "./harness.ts";

const HOUR = 3_600_000;

export interface FalseAlarm {
  readonly release: string;
  /** The release has a preinstall, install or postinstall script, or a binding.gyp. */
  readonly runsScript: boolean;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

/** How many releases there are, and how many of them have an error or another warning than `fresh-release`. */
export interface Tally {
  readonly releases: number;
  readonly errors: number;
  readonly warnings: number;
}

export interface OrdinaryResult {
  readonly packages: number;
  readonly all: Tally;
  /** Of those, the ones that run something at install. */
  readonly withScript: Tally;
  /** Versions whose time is that of mirroring. */
  readonly leftOut: number;
  /** From and to, ISO days. */
  readonly between: readonly [string, string];
  /** Everything of warning and up but `fresh-release`. */
  readonly alarms: readonly FalseAlarm[];
}

export async function judgeOrdinary(all: readonly OrdinaryData[]): Promise<OrdinaryResult> {
  const alarms: FalseAlarm[] = [];
  const days: string[] = [];
  let withScript = 0;
  for (const { package: name, judged, packages } of all) {
    const lookup = lookupIn(packages);
    for (const version of judged) {
      const at = packages[name]?.[version]?.at;
      if (at === undefined) throw new Error(`${name} ${version} is to be judged, and is not in the data`);
      days.push(at.slice(0, 10));
      const { judgements, subject } = await judgeRelease(lookup, name, version, Date.parse(at) + HOUR);
      const release = releaseOf(subject);
      if (!release.known) throw new Error(`${name} ${version}: ${release.reason}`);
      const runsScript = release.value.hasInstallScript === true;
      if (runsScript) withScript += 1;
      for (const { rule, severity, message } of judgements) {
        if (rule === "fresh-release" || (severity !== "error" && severity !== "warning")) continue;
        alarms.push({ release: `${name} ${version}`, runsScript, rule, severity, message });
      }
    }
  }
  days.sort();
  return {
    packages: all.length,
    all: tally(days.length, alarms),
    withScript: tally(
      withScript,
      alarms.filter(({ runsScript }) => runsScript),
    ),
    leftOut: all.reduce((sum, { leftOut }) => sum + leftOut, 0),
    between: [days[0] ?? "", days.at(-1) ?? ""],
    alarms,
  };
}

function tally(releases: number, alarms: readonly FalseAlarm[]): Tally {
  return { releases, errors: releasesWith(alarms, "error"), warnings: releasesWith(alarms, "warning") };
}

/** Releases that have an alarm of this severity, each counted once. */
function releasesWith(alarms: readonly FalseAlarm[], severity: Severity): number {
  return new Set(alarms.filter((alarm) => alarm.severity === severity).map(({ release }) => release)).size;
}
