/** Findings about a project's policy: at the value that is at fault, else at the start of its manifest. */
import { PROJECT_RULES } from "../rules/index.ts";
import { severityOf } from "../rules/rule.ts";
import type { ProjectFacts, ProjectVerdict } from "../rules/rule.ts";
import type { Settings } from "../settings/settings.ts";
import { EMPTY_SPAN } from "../util/text.ts";
import type { Span } from "../util/text.ts";
import { OF_NO_RELEASE } from "./file-findings.ts";
import type { Finding } from "./finding.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { ReadProject } from "./read.ts";

/**
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
  const facts: ProjectFacts = {
    ...policy,
    contradiction: policy.installers.contradiction,
    lockfiles: reading.governing,
    downloads: reading.lockfiles.map(({ uri, model }) => ({ uri, all: model.downloads ?? [] })),
    unused: policy.lockfiles.unused,
  };
  return PROJECT_RULES.flatMap(({ meta, check }) => {
    if (severityOf(meta, settings) === null) return [];
    return check(facts, now).flatMap((verdict) => {
      const severity = severityOf(meta, settings, verdict.severity);
      const isOfFile = verdict.at !== null && "uri" in verdict.at;
      const place = isBorrowed && !isOfFile ? null : placeOf(verdict, reading);
      return place === null || severity === null
        ? []
        : [{ ...OF_NO_RELEASE, ...place, rule: meta.id, severity, message: verdict.message, unknown: null }];
    });
  });
}

function placeOf(
  { at }: ProjectVerdict,
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
