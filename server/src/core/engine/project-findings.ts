/** Findings about a project's policy: at the value that is at fault, else at the start of its manifest. */
import type { Unknown } from "../facts/fact.ts";
import { failureOf } from "../facts/guard.ts";
import { PROJECT_RULES } from "../rules/index.ts";
import { severityOf } from "../rules/rule.ts";
import type { ProjectFacts, ProjectRule, ProjectVerdict } from "../rules/rule.ts";
import { unchecked } from "../rules/unchecked.ts";
import type { Settings } from "../settings/settings.ts";
import { EMPTY_SPAN } from "../util/text.ts";
import type { Span } from "../util/text.ts";
import { OF_NO_RELEASE } from "./file-findings.ts";
import type { Finding } from "./finding.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { ReadProject } from "./read.ts";

/**
 * One rule that fails does not hide what the others find: that it failed is a finding of its own, whatever is set.
 *
 * @param now the moment of judgement, ms since epoch
 * @param isBorrowed the settings are those of workspaces around it, where what is wrong with them is reported
 */
export function projectFindings(
  policy: ProjectPolicy,
  reading: ReadProject,
  settings: Settings,
  now: number,
  isBorrowed: boolean,
): readonly Finding[] {
  const failures = new Map<string, Unknown>();
  const fail = (failure: Unknown): readonly never[] => {
    failures.set(failure.reason, failure);
    return [];
  };
  const facts: ProjectFacts = {
    ...policy,
    contradiction: policy.installers.contradiction,
    lockfiles: reading.governing,
    downloads: reading.lockfiles.map(({ uri, model }) => ({ uri, all: model.downloads ?? [] })),
    unused: policy.lockfiles.unused,
    unverified: policy.unverified.known ? policy.unverified.value : fail(policy.unverified),
  };
  const verdictsOf = (check: ProjectRule["check"]): readonly ProjectVerdict[] => {
    try {
      return check(facts, now);
    } catch (error) {
      return fail(failureOf(error));
    }
  };
  const found = PROJECT_RULES.flatMap(({ meta, check }) => {
    if (severityOf(meta, settings) === null) return [];
    return verdictsOf(check).flatMap((verdict) => {
      const severity = severityOf(meta, settings, verdict.severity);
      const isOfFile = verdict.at !== null && "uri" in verdict.at;
      const place = isBorrowed && !isOfFile ? null : placeOf(verdict.at, reading);
      return place === null || severity === null
        ? []
        : [{ ...OF_NO_RELEASE, ...place, rule: meta.id, severity, message: verdict.message, unknown: null }];
    });
  });
  return [...found, ...[...failures.values()].flatMap((failure) => notJudged(failure, reading))];
}

function notJudged({ code, reason }: Unknown, reading: ReadProject): readonly Finding[] {
  const place = placeOf(null, reading);
  const clause = `could not be judged by every rule: ${reason}`;
  const { id, severity } = unchecked.meta;
  const message = `The settings of this project ${clause}.`;
  return place === null ? [] : [{ ...OF_NO_RELEASE, ...place, rule: id, severity, message, unknown: { code, clause } }];
}

function placeOf(
  at: ProjectVerdict["at"],
  { manifests, lockfiles, configs }: ReadProject,
): { readonly file: string; readonly span: Span } | null {
  if (at !== null && "uri" in at) return { file: at.uri, span: at.span ?? EMPTY_SPAN };
  if (at !== null) {
    const home = configs.find(({ kind }) => kind === at.kind);
    return home === undefined ? null : { file: home.uri, span: at.span };
  }
  const root = manifests.find(({ importer }) => importer === "")?.document ?? lockfiles[0];
  return root === undefined ? null : { file: root.uri, span: EMPTY_SPAN };
}
