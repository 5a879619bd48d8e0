/** What a check found out and why, for the log: it answers why nothing is reported of a package. */
import type { Judged } from "../core/engine/findings.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { describeDuration, describeMoment } from "../core/util/duration.ts";
import { fileNameOf } from "../core/util/uri.ts";
import { count, listed } from "../core/util/words.ts";

const MOST_NAMED = 10;

export interface CheckTrace {
  /** One line. */
  readonly summary: string;
  /** A line for each release. */
  readonly details: string;
}

export function traceOf({ project, policy, context, judged, findings, allowed, unchecked }: ProjectReport): CheckTrace {
  const { manager, lockfiles } = policy;
  const installs = manager === null ? "package manager not known" : [manager.kind, manager.version].join(" ").trim();
  const used = lockfiles.used.map(({ uri }) => fileNameOf(uri));
  const unused = lockfiles.unused.map(({ uri }) => fileNameOf(uri));
  const parts = [
    installs,
    used.length === 0 ? "no lockfile" : `goes by ${listed(used, MOST_NAMED)}`,
    ...(unused.length === 0 ? [] : [`ignores ${listed(unused, MOST_NAMED)}`]),
    `cooldown ${context.cooldown.ms === 0 ? "none" : describeDuration(context.cooldown.ms)} (${context.cooldown.origin})`,
    count(judged.length, "release"),
    count(findings.length, "finding"),
    ...(unchecked === 0 ? [] : [`not everything could be checked of ${count(unchecked, "release")}`]),
    ...(allowed.length === 0 ? [] : [`depwarden.allow accepts ${count(allowed.length, "finding")}`]),
  ];
  return {
    summary: `${project.folder}: ${parts.join("; ")}`,
    details: [
      ...judged.map(releaseLine),
      ...allowed.map(
        ({ package: name, version, rule }) => `${name} ${version}: ${rule} is accepted by depwarden.allow`,
      ),
    ].join("\n"),
  };
}

function releaseLine({ subject, judgements }: Judged): string {
  const { name, version, registryHost, package: facts, published, advisories } = subject;
  const parts = [
    facts.known ? `${registryHost} answered (${facts.value.detail})` : facts.reason,
    !published.known
      ? published.reason
      : published.value.exact
        ? `published ${describeMoment(published.value.at)}`
        : `no later than ${describeMoment(published.value.notAfter)}`,
    advisories.missing.length > 0
      ? `advisories: ${advisories.missing.map(({ reason }) => reason).join(", ")}`
      : count(advisories.found.length, "advisory", "advisories"),
    judgements.length === 0
      ? "no rule reports anything"
      : judgements.map(({ rule, severity }) => `${rule} (${severity})`).join(", "),
  ];
  return `${name} ${version}: ${parts.join("; ")}`;
}
