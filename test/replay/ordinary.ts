/** Ordinary releases, each judged as if it had just come out: what would have been said of it. */
import { readdirSync, readFileSync } from "node:fs";
import * as v from "valibot";
import type { Severity } from "../../server/src/core/rules/rule.ts";
import { ordinarySchema, type OrdinaryData } from "./data.ts";
import { judgeRelease, lookupIn } from "./harness.ts";

const FOLDER = new URL("ordinary/", import.meta.url);
const HOUR = 3_600_000;

export interface FalseAlarm {
  readonly release: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

export interface OrdinaryResult {
  readonly packages: number;
  readonly releases: number;
  /** Versions whose time is that of mirroring. */
  readonly leftOut: number;
  /** From and to, ISO days. */
  readonly between: readonly [string, string];
  /** Everything of warning and up but `fresh-release`. */
  readonly alarms: readonly FalseAlarm[];
}

export function ordinaryPackages(): readonly OrdinaryData[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return names.map((name) => v.parse(ordinarySchema, JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"))));
}

export async function judgeOrdinary(): Promise<OrdinaryResult> {
  const alarms: FalseAlarm[] = [];
  const days: string[] = [];
  const all = ordinaryPackages();
  for (const { package: name, judged, packages } of all) {
    const lookup = lookupIn(packages);
    for (const version of judged) {
      const at = packages[name]?.[version]?.at;
      if (at === undefined) throw new Error(`${name} ${version} is to be judged, and is not in the data`);
      days.push(at.slice(0, 10));
      const { judgements } = await judgeRelease(lookup, name, version, Date.parse(at) + HOUR);
      for (const { rule, severity, message } of judgements) {
        if (rule === "fresh-release" || (severity !== "error" && severity !== "warning")) continue;
        alarms.push({ release: `${name} ${version}`, rule, severity, message });
      }
    }
  }
  days.sort();
  return {
    packages: all.length,
    releases: days.length,
    leftOut: all.reduce((sum, { leftOut }) => sum + leftOut, 0),
    between: [days[0] ?? "", days.at(-1) ?? ""],
    alarms,
  };
}

/** Releases that have an alarm of this severity, each counted once. */
export function releasesWith(alarms: readonly FalseAlarm[], severity: Severity): number {
  return new Set(alarms.filter((alarm) => alarm.severity === severity).map(({ release }) => release)).size;
}
