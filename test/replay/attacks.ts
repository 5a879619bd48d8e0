/** Real attacks as they stood one minute after the release, and a day before; no advisory is known. */
import { readdirSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { DAY } from "../../server/src/core/util/duration.ts";
import type { Judgement } from "../../server/src/core/engine/judge.ts";
import { incidentSchema, type IncidentData } from "./data.ts";
import { judgeRelease, lookupIn } from "./harness.ts";

const FOLDER = new URL("incidents/", import.meta.url);
const MINUTE = 60_000;

export interface AttackResult {
  readonly incident: IncidentData;
  readonly judgements: readonly Judgement[];
  /** Findings of warning and up of the release that was the newest a day before. */
  readonly dayBefore: readonly Judgement[];
}

/** `fresh`: nothing but its age was seen. */
export type Verdict = "error" | "warning" | "fresh" | "nothing";

export function incidents(): readonly IncidentData[] {
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort();
  return names.map((name) => v.parse(incidentSchema, JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"))));
}

export async function replay(incident: IncidentData): Promise<AttackResult> {
  const { package: name, version, before, packages } = incident;
  const at = packages[name]?.[version]?.at;
  if (at === undefined) throw new Error(`${incident.id}: ${name} ${version} is not in the data`);
  if (before !== null && packages[name]?.[before] === undefined)
    throw new Error(`${incident.id}: ${name} ${before} is not in the data`);
  const lookup = lookupIn(packages);
  const { judgements } = await judgeRelease(lookup, name, version, Date.parse(at) + MINUTE);
  const earlier = before === null ? [] : (await judgeRelease(lookup, name, before, Date.parse(at) - DAY)).judgements;
  return {
    incident,
    judgements: judgements.filter(isTold),
    dayBefore: earlier.filter(
      ({ rule, severity }) => rule !== "fresh-release" && (severity === "error" || severity === "warning"),
    ),
  };
}

/** What is not known, and what is only information, flags nothing. */
function isTold({ unknown, severity }: Judgement): boolean {
  return unknown === undefined && severity !== "hint";
}

export function verdictOf({ judgements }: AttackResult): Verdict {
  const others = judgements.filter(({ rule }) => rule !== "fresh-release");
  if (others.some(({ severity }) => severity === "error")) return "error";
  if (others.some(({ severity }) => severity === "warning")) return "warning";
  return judgements.some(({ rule }) => rule === "fresh-release") ? "fresh" : "nothing";
}

export interface Score {
  readonly attacks: number;
  /** By any rule, age included. */
  readonly flagged: number;
  readonly withInstallSignal: number;
  /** Of those: by `suspicious-release` or another error; age does not count. */
  readonly flaggedAsError: number;
}

export function scoreOf(results: readonly AttackResult[]): Score {
  const install = results.filter(({ incident }) => incident.installTime);
  return {
    attacks: results.length,
    flagged: results.filter((result) => verdictOf(result) !== "nothing").length,
    withInstallSignal: install.length,
    flaggedAsError: install.filter((result) => verdictOf(result) === "error").length,
  };
}
