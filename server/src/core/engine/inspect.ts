/** Read, gather facts, run the rules, report: for one project. */
import { allowedBy, entriesUsed } from "../settings/allow.ts";
import type { Allowable, AllowedFindings } from "../settings/allow.ts";
import { runInSlices } from "../task.ts";
import type { UnknownCode } from "../facts/fact.ts";
import type { Subject } from "../facts/subject.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import type { Lockfile } from "../model.ts";
import type { Cancellation, Ports } from "../ports.ts";
import { isAtLeast } from "../rules/rule.ts";
import type { RuleContext } from "../rules/rule.ts";
import { unchecked } from "../rules/unchecked.ts";
import type { Settings } from "../settings/settings.ts";
import { keptFromOsv, type KeptFromOsv } from "../settings/suppressions.ts";
import type { Document, DocumentStore } from "../project/document-store.ts";
import { fileFindings } from "./file-findings.ts";
import type { FileReport, Finding } from "./finding.ts";
import type { OnProgress } from "./gather.ts";
import { guarded } from "../facts/guard.ts";
import { investigationOf } from "./investigation.ts";
import type { InvestigationOptions } from "./investigation.ts";
import { gapsIn, judge, notJudged } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import { shownOf } from "./named.ts";
import type { Named } from "./named.ts";
import { allPaced, pause } from "./paced.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { Project } from "../project/project.ts";
import { projectFindings } from "./project-findings.ts";
import { hasBorrowedSettings, readProject } from "./read.ts";
import type { ReadManifest } from "./read.ts";
import { findingsOf } from "./findings.ts";
import type { Judged } from "./findings.ts";
import { safeVersions } from "./safe-version.ts";
import { targetsOf } from "./targets.ts";
import type { Target, Unresolved } from "../project/target.ts";

export interface ProjectReport {
  readonly project: Project;
  readonly files: readonly FileReport[];
  readonly findings: readonly Finding[];
  /** Findings of what was named, in files that were not. */
  readonly hidden: readonly Finding[];
  readonly judged: readonly Judged[];
  /** Releases of which something could not be checked, whether or not a finding says so. */
  readonly unchecked: number;
  /** Why: of all that could not be read or checked, but for what `depwarden.allow` accepts. Settings hide no gap. */
  readonly gaps: ReadonlySet<UnknownCode>;
  readonly manifests: readonly ReadManifest[];
  readonly lockfiles: readonly Document<Lockfile>[];
  readonly configs: readonly Document<ConfigTree>[];
  readonly policy: ProjectPolicy;
  /** The entries of `depwarden.allow` that covered something, by key. */
  readonly allowUsed: ReadonlySet<string>;
  /** What they keep from being among the findings. */
  readonly allowed: readonly AllowedFindings[];
  /** The cooldown that would hold without `depwarden.minimumReleaseAge`. */
  readonly projectCooldown: RuleContext["cooldown"];
  /** Releases that no advisory service but their registry's is asked about, because of files of the project. */
  readonly keptFromOsv: readonly KeptFromOsv[];
  readonly context: RuleContext;
  /** Nothing is awaited any more: what is unknown stays unknown, and where no safe version is named, none was found. */
  readonly isWhole: boolean;
}

export interface InspectOptions extends InvestigationOptions {
  /** Without: the whole project is. */
  readonly named?: Named;
  /** Releases whose facts are in, of all. */
  readonly onProgress?: OnProgress;
}

/** Releases judged between two breaths. */
const STRIDE = 250;

/** How long placing findings may hold the thread before others get their turn, ms. */
const SLICE = 8;

/** Inspects one project. Throws only when cancelled. */
export async function inspectProject(
  project: Project,
  ports: Ports,
  store: DocumentStore,
  options: InspectOptions,
): Promise<ProjectReport> {
  const { settings, cancel, named = null } = options;
  const { clock } = ports;
  const reading = await readProject(project, store, cancel);
  const { policy, context, projectCooldown, ageTaken, names, source, gatherer, search } = await investigationOf(
    reading,
    ports,
    store,
    options,
  );
  const { targets, unresolved } = await targetsOf(reading, {
    names,
    used: policy.lockfiles.used,
    managers: policy.installers.of([]).map((manager) => manager?.kind ?? "npm"),
    named,
    ageTaken,
    source,
    clock,
    cancel,
  });
  cancel.throwIfAborted();
  const subjects = await gatherer.subjects(targets, cancel, options.onProgress);
  cancel.throwIfAborted();
  const judged = [...(await judgeAll(targets, subjects, ports, options, context))];
  const unsafe = [...judged.entries()].filter(([, entry]) => wantsSafeVersion(entry));
  const mended = await allPaced(
    unsafe,
    ([, entry]) =>
      guarded(
        () => safeVersions(entry.subject, entry.target, search, cancel),
        () => null,
        cancel,
      ),
    clock,
    cancel,
  );
  for (const [at, [index, entry]] of unsafe.entries()) judged[index] = { ...entry, safe: mended[at] ?? null };
  await pause(clock, cancel);
  const { manifests, lockfiles, configs, files } = reading;
  const placing = findingsOf(judged, unresolved, lockfiles, settings, context);
  const placed = await runInSlices(
    placing,
    () => clock.breathe(),
    SLICE,
    () => clock.elapsed(),
    cancel,
  );
  const ofProject = projectFindings(policy, reading, settings, context.now, hasBorrowedSettings(project));
  const all = [...fileFindings(reading.problems, settings), ...ofProject, ...placed.findings];
  await pause(clock, cancel);
  const unread = [...reading.problems, ...ofProject].flatMap(({ unknown }) => unknown?.code ?? []);
  const gaps = gapsOf(judged, unresolved, unread, settings, context);
  const present = [...judged.map(({ subject }) => subject.name), ...unresolved.map(({ name }) => name)];
  return {
    project,
    ...shownOf(withCounts(files, judged), all, reading, named),
    judged,
    ...gaps,
    manifests,
    lockfiles,
    configs,
    policy,
    allowUsed: entriesUsed(allowable(judged, unresolved), present, settings.allow, context.now),
    allowed: placed.allowed,
    projectCooldown,
    keptFromOsv: keptFromOsv(judged.map(({ target }) => target.release)),
    context,
    isWhole: true,
  };
}

/** Entries of `depwarden.allow` that name the rule accept a gap; a rule that is off does not. */
function gapsOf(
  judged: readonly Judged[],
  unresolved: readonly Unresolved[],
  unread: readonly UnknownCode[],
  settings: Settings,
  context: RuleContext,
): Pick<ProjectReport, "gaps" | "unchecked"> {
  const isAccepted = (name: string, version: string): boolean =>
    allowedBy({ rule: unchecked.meta.id, package: name, version }, settings.allow, context.now) !== null;
  const releases = judged.map(({ subject, judgements }) => {
    const { name, version } = subject;
    return { name, version, codes: gapsIn(subject, judgements, settings, context) };
  });
  const asked = unresolved.map(({ name, range, unknown: { code } }) => ({ name, version: range, codes: [code] }));
  const packages = [...releases.filter(({ codes }) => codes.length > 0), ...asked];
  const open = packages.filter(({ name, version }) => !isAccepted(name, version));
  return { gaps: new Set([...open.flatMap(({ codes }) => codes), ...unread]), unchecked: packages.length };
}

/** Everything that an entry of `depwarden.allow` may cover. */
function* allowable(judged: readonly Judged[], unresolved: readonly Unresolved[]): Generator<Allowable> {
  for (const { subject, judgements } of judged) {
    for (const { rule } of judgements) yield { rule, package: subject.name, version: subject.version };
  }
  for (const { name, range } of unresolved) yield { rule: unchecked.meta.id, package: name, version: range };
}

async function judgeAll(
  targets: readonly Target[],
  subjects: readonly Subject[],
  ports: Ports,
  { settings, cancel }: InspectOptions,
  context: RuleContext,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const [index, subject] of subjects.entries()) {
    const target = targets[index];
    if (target !== undefined)
      judged.push({ target, subject, judgements: await judgedOne(subject, settings, context, cancel), safe: null });
    if (index % STRIDE === STRIDE - 1) await pause(ports.clock, cancel);
  }
  return judged;
}

function judgedOne(
  subject: Subject,
  settings: Settings,
  context: RuleContext,
  cancel: Cancellation,
): Promise<readonly Judgement[]> {
  return guarded(
    () => judge(subject, settings, context),
    (failure) => [notJudged(subject, "judged", failure)],
    cancel,
  );
}

function wantsSafeVersion({ judgements }: Judged): boolean {
  return judgements.some(
    ({ severity, unknown, advice }) => unknown === undefined && advice === undefined && isAtLeast(severity, "warning"),
  );
}

function withCounts(files: readonly FileReport[], judged: readonly Judged[]): readonly FileReport[] {
  const counts = new Map<string, number>();
  for (const { target } of judged) {
    for (const uri of new Set([
      ...target.locked.map((place) => place.uri),
      ...target.declared.map((place) => place.uri),
    ])) {
      counts.set(uri, (counts.get(uri) ?? 0) + 1);
    }
  }
  return files.map((file) => ({ ...file, packages: counts.get(file.file) ?? 0 }));
}
