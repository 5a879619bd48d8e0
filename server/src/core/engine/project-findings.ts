/** Findings about a project's policy: at the value that is at fault, else at the start of its manifest. */
import { PROJECT_RULES } from "../rules/index.ts";
import type { ProjectVerdict } from "../rules/rule.ts";
import type { Settings } from "../settings.ts";
import { EMPTY_SPAN } from "../text.ts";
import type { Span } from "../text.ts";
import type { Finding } from "./finding.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { ReadProject } from "./read.ts";

/** `now`: the moment of judgement, ms since epoch. */
export function projectFindings(policy: ProjectPolicy, reading: ReadProject, { severities }: Settings, now: number): readonly Finding[] {
  const facts = { ...policy, lockfiles: reading.lockfiles.map(({ model }) => model) };
  return PROJECT_RULES.flatMap(({ meta, check }) => {
    const configured = severities.get(meta.id);
    if (configured === null) return [];
    return check(facts, now).flatMap((verdict) => {
      const place = placeOf(verdict, reading);
      return place === null ? [] : [{ ...NOTHING, ...place, rule: meta.id, severity: configured ?? meta.severity, message: verdict.message }];
    });
  });
}

/** Of no release. */
const NOTHING = { package: "", version: "", advisories: [], safe: null, advice: null, path: [], related: [], foldedInto: null, unknown: null } as const;

function placeOf({ at }: ProjectVerdict, { manifests, lockfiles, configs }: ReadProject): { readonly file: string; readonly span: Span } | null {
  if (at !== null) {
    const home = configs.find(({ kind }) => kind === at.kind);
    return home === undefined ? null : { file: home.uri, span: at.span };
  }
  const root = manifests.find(({ importer }) => importer === "")?.document ?? lockfiles[0];
  return root === undefined ? null : { file: root.uri, span: EMPTY_SPAN };
}
