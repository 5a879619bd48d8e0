/** Read, gather facts, run the rules, report: for one project. */
import { allowedBy, entriesUsed } from "../settings/allow.ts";
import type { Allowable, AllowedFindings } from "../settings/allow.ts";
import { runInSlices } from "../task.ts";
import type { Task } from "../task.ts";
import type { UnknownCode } from "../facts/fact.ts";
import type { Subject } from "../facts/subject.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import type { Lockfile } from "../model.ts";
import type { Cancellation, Ports } from "../ports.ts";
import { isAtLeast } from "../rules/rule.ts";
import type { RuleContext } from "../rules/rule.ts";
import { unchecked } from "../rules/unchecked.ts";
import { unclaimedName } from "../rules/unclaimed-name.ts";
import type { Settings } from "../settings/settings.ts";
import { keptFromOsv, type KeptFromOsv } from "../settings/suppressions.ts";
import type { Document, DocumentStore } from "../project/document-store.ts";
import { fileFindings } from "./file-findings.ts";
import type { FileReport, Finding } from "./finding.ts";
import type { OnProgress } from "./gather.ts";
import { guarded } from "../facts/guard.ts";
import type { Investigation, InvestigationOptions } from "./investigation.ts";
import { gapsIn, judge, notJudged } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import { broughtInto } from "./brought.ts";
import { calledBy, NO_COMMANDS, withInstallCalls } from "./install-calls.ts";
import { shownOf } from "./named.ts";
import type { Named } from "./named.ts";
import { allPaced, pause } from "./paced.ts";
import type { ProjectPolicy } from "./policy.ts";
import type { Project } from "../project/project.ts";
import { projectFindings } from "./project-findings.ts";
import { projectTargets } from "./project-targets.ts";
import { hasBorrowedSettings } from "./read.ts";
import type { ReadManifest } from "./read.ts";
import { cutExclusions } from "./cut-exclusions.ts";
import { findingsOf } from "./findings.ts";
import type { Judged } from "./findings.ts";
import type { SafeVersions } from "../fixes/fix.ts";
import { ProjectMemory } from "./memory.ts";
import type { HeldRelease } from "./memory.ts";
import { safeVersions } from "./safe-version.ts";
import type { SafeVersionSearch } from "./safe-version.ts";
import { releaseKey, unresolvedKey } from "../project/target.ts";
import type { Target, Unresolved } from "../project/target.ts";

export interface ProjectReport {
  readonly project: Project;
  readonly files: readonly FileReport[];
  readonly findings: readonly Finding[];
  /** Findings of what was named, in files that were not. */
  readonly hidden: readonly Finding[];
  readonly judged: readonly Judged[];
  /** What was asked for and stands for no release that is known. */
  readonly unresolved: readonly Unresolved[];
  /** Releases and such ranges of which something could not be checked, whether or not a finding says so. */
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
  /** Of the project's last inspection; without: nothing is known of it. */
  readonly memory?: ProjectMemory;
}

/** Releases that are known already, gone through between two breaths. */
const HELD_STRIDE = 8192;

/** How long judging and placing findings may hold the thread before others get their turn, ms. */
const SLICE = 8;

/** Inspects one project. Throws only when cancelled. */
export async function inspectProject(
  project: Project,
  ports: Ports,
  store: DocumentStore,
  options: InspectOptions,
): Promise<ProjectReport> {
  const { settings, cancel, named = null, memory = new ProjectMemory() } = options;
  const { clock } = ports;
  const { reading, investigation, targets, unresolved } = await projectTargets(project, ports, store, {
    ...options,
    named,
    memory,
  });
  const { policy, context, projectCooldown } = investigation;
  const gathered = await gatheredOf(targets, investigation, memory, ports, options);
  const alone = await judgeAll(gathered, investigation, memory, ports, options);
  memory.retain(targets, gathered.held);
  const inSlices = <T>(work: Task<T>): Promise<T> =>
    runInSlices(
      work,
      () => clock.breathe(),
      SLICE,
      () => clock.elapsed(),
      cancel,
    );
  const judged = await inSlices(withInstallCalls(alone, reading.lockfiles));
  // Most have nothing to say.
  const notable = judged.filter(({ judgements, gaps }) => judgements.length > 0 || gaps.length > 0);
  await pause(clock, cancel);
  const { manifests, lockfiles, configs, files } = reading;
  const isAllowed = ({ subject: { name, version } }: Judged, { rule }: Judgement): boolean =>
    allowedBy({ rule, package: name, version }, settings.allow, context.now) !== null;
  const brought = await inSlices(broughtInto({ judged, used: policy.lockfiles.used, manifests, isAllowed }));
  const placed = await inSlices(findingsOf(notable, unresolved, lockfiles, settings, context, brought));
  const isBorrowed = hasBorrowedSettings(project);
  const ofProject = projectFindings(policy, reading, settings, context.now, isBorrowed);
  const problems = [...reading.problems, ...(isBorrowed ? [] : cutExclusions(investigation.exclusions.cut, reading))];
  const all = [...fileFindings(problems, settings), ...ofProject, ...placed.findings];
  await pause(clock, cancel);
  const unread = [...problems, ...ofProject].flatMap(({ unknown }) => unknown?.code ?? []);
  const gaps = gapsOf(notable, unresolved, unread, settings, context);
  return {
    project,
    ...shownOf(withCounts(files, judged, unresolved), all, reading, named),
    judged,
    unresolved,
    ...gaps,
    manifests,
    lockfiles,
    configs,
    policy,
    allowUsed: entriesUsed(allowable(notable, unresolved), namesOf(judged, unresolved), settings.allow, context.now),
    allowed: placed.allowed,
    projectCooldown,
    keptFromOsv: keptFromOsv(targets),
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
  const releases = judged.map(({ subject: { name, version }, gaps: codes }) => ({ name, version, codes }));
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
  for (const { name, range } of unresolved) {
    for (const { id } of [unchecked.meta, unclaimedName.meta]) yield { rule: id, package: name, version: range };
  }
}

function* namesOf(judged: readonly Judged[], unresolved: readonly Unresolved[]): Generator<string> {
  for (const { subject } of judged) yield subject.name;
  for (const { name } of unresolved) yield name;
}

/** Releases to judge. Of each, what is known of it from before, or what was gathered now. */
interface Gathered {
  readonly targets: readonly Target[];
  /** Null where it was gathered now, until it is kept. */
  readonly held: (HeldRelease | null)[];
  readonly fresh: ReadonlyMap<Target, Subject>;
}

/**
 * One for each target, in order; only those that are new or changed are gathered. How a release is judged also hangs on
 * which other versions of its package are known to be compromised: where any is, it is gathered each time.
 */
async function gatheredOf(
  targets: readonly Target[],
  { gatherer }: Investigation,
  memory: ProjectMemory,
  { clock }: Ports,
  { cancel, onProgress }: InspectOptions,
): Promise<Gathered> {
  const held: (HeldRelease | null)[] = [];
  for (const [index, target] of targets.entries()) {
    if (index % HELD_STRIDE === HELD_STRIDE - 1) await pause(clock, cancel);
    held.push(memory.held(target, index));
  }
  const fresh = new Map<Target, Subject>();
  let open = targets.filter((_target, index) => held[index] === null);
  while (open.length > 0) {
    const before = targets.length - open.length;
    const subjects = await gatherer.subjects(open, cancel, (done) => onProgress?.(before + done, targets.length));
    cancel.throwIfAborted();
    for (const [index, target] of open.entries()) {
      const subject = subjects[index];
      if (subject !== undefined) fresh.set(target, subject);
    }
    open = targets.filter((target) => !gatherer.isApart(target) && !fresh.has(target));
  }
  if (fresh.size > 0) for (const [index, target] of targets.entries()) if (fresh.has(target)) held[index] = null;
  return { targets, held, fresh };
}

/** One for each target, in order. */
async function judgeAll(
  { targets, held, fresh: subjects }: Gathered,
  { standpoint, gathering, gatherer, context, search }: Investigation,
  memory: ProjectMemory,
  { clock }: Ports,
  { settings, cancel }: InspectOptions,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const fresh: number[] = [];
  let started = clock.elapsed();
  const pauseInTime = async (): Promise<void> => {
    if (clock.elapsed() - started < SLICE) return;
    await pause(clock, cancel);
    started = clock.elapsed();
  };
  for (const [index, target] of targets.entries()) {
    const known = held[index]?.judgedFrom(standpoint) ?? null;
    if (known === null) {
      const subject = held[index]?.subject ?? subjects.get(target);
      if (subject === undefined) throw new Error(`nothing was gathered of ${releaseKey(target.release)}`);
      fresh.push(index);
      judged.push(await judgedOne(target, subject, settings, context, cancel));
      await pauseInTime();
    } else {
      judged.push(known);
      if (index % HELD_STRIDE === HELD_STRIDE - 1) await pause(clock, cancel);
    }
  }
  const safe = await allPaced(
    fresh.filter((index) => wantsSafeVersion(judged[index])),
    async (index) => ({ index, safe: await safeFor(judged[index], search, cancel) }),
    clock,
    cancel,
  );
  for (const { index, safe: versions } of safe) {
    const entry = judged[index];
    if (entry !== undefined) judged[index] = { ...entry, safe: versions };
  }
  // Only now: looking for safe versions may have shown one to be compromised.
  for (const index of fresh) {
    const entry = judged[index];
    if (entry === undefined) continue;
    const { target, subject } = entry;
    const own = held[index] ?? (gatherer.isApart(target) ? memory.keep(gathering, target, subject) : null);
    held[index] = own;
    // Where no safe version was found, an answer may have been missing: it is looked for again.
    if (entry.safe !== null || !wantsSafeVersion(entry)) own?.keep(standpoint, entry);
  }
  return judged;
}

function safeFor(
  entry: Judged | undefined,
  search: SafeVersionSearch,
  cancel: Cancellation,
): Promise<SafeVersions | null> {
  return guarded(
    async () => (entry === undefined ? null : safeVersions(entry.subject, entry.target, search, cancel)),
    () => null,
    cancel,
  );
}

function judgedOne(
  target: Target,
  subject: Subject,
  settings: Settings,
  context: RuleContext,
  cancel: Cancellation,
): Promise<Judged> {
  return guarded(
    () => {
      const judgements = judge(subject, settings, context);
      const gaps = gapsIn(subject, judgements, settings, context);
      return { target, subject, judgements, gaps, calls: calledBy(subject), safe: null };
    },
    (failure) => {
      const judgements = [notJudged(subject, "judged", failure)];
      return { target, subject, judgements, gaps: [failure.code], calls: NO_COMMANDS, safe: null };
    },
    cancel,
  );
}

function wantsSafeVersion(entry: Judged | undefined): boolean {
  return (
    entry?.judgements.some(
      ({ severity, unknown, advice }) =>
        unknown === undefined && advice === undefined && isAtLeast(severity, "warning"),
    ) === true
  );
}

function withCounts(
  files: readonly FileReport[],
  judged: readonly Judged[],
  unresolved: readonly Unresolved[],
): readonly FileReport[] {
  const counts = new Map<string, number>();
  const add = (uri: string): void => void counts.set(uri, (counts.get(uri) ?? 0) + 1);
  for (const { target } of judged) {
    const { locked, declared } = target;
    const [only] = locked;
    // Most are at one place.
    if (only !== undefined && locked.length === 1 && declared.length === 0) add(only.uri);
    else for (const uri of new Set([...locked, ...declared].map((place) => place.uri))) add(uri);
  }
  const asked = new Map(unresolved.map((one) => [JSON.stringify([one.place.uri, unresolvedKey(one)]), one.place.uri]));
  for (const uri of asked.values()) add(uri);
  return files.map((file) => ({ ...file, packages: counts.get(file.file) ?? 0 }));
}
