/** From judgements to findings at places. */
import { PASS_STRIDE, type Task } from "../task.ts";
import { pathTo } from "../graph.ts";
import { allowedBy } from "../settings/allow.ts";
import type { AllowedFindings } from "../settings/allow.ts";
import type { UnknownCode } from "../facts/fact.ts";
import type { Subject } from "../facts/subject.ts";
import type { FixableRelease } from "../fixes/fix.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Lockfile } from "../model.ts";
import { registryHost } from "./publication.ts";
import { remedyOf, UNTOLD } from "./remedy.ts";
import { RULES } from "../rules/index.ts";
import { severityOf } from "../rules/rule.ts";
import type { RuleContext, Severity } from "../rules/rule.ts";
import { unclaimed, unclaimedName } from "../rules/unclaimed-name.ts";
import { lookUpClause, unchecked } from "../rules/unchecked.ts";
import type { Settings } from "../settings/settings.ts";
import type { Span } from "../util/text.ts";
import { count, listed } from "../util/words.ts";
import type { Document } from "../project/document-store.ts";
import type { CalledCommands } from "../facts/called-commands.ts";
import type { Finding, RelatedPlace } from "./finding.ts";
import { errorsOf } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import type { Target, Unresolved } from "../project/target.ts";
import { fileNameOf } from "../util/uri.ts";

/** A release with what was judged of it. */
export interface Judged extends FixableRelease {
  readonly judgements: readonly Judgement[];
  /** Why something of it could not be checked; empty where all was. */
  readonly gaps: readonly UnknownCode[];
  /** Commands that its install scripts call. */
  readonly calls: CalledCommands;
}

/** When it is judged. */
type Moment = Pick<RuleContext, "now" | "isAsOf">;

interface Place {
  readonly file: string;
  readonly span: Span;
  readonly path: readonly string[];
  /** Where the place does not hold the version itself: what it says instead. */
  readonly takes: string | null;
  readonly isLocked: boolean;
  /** Inside another package's tarball. */
  readonly isBundled?: boolean;
}

/** A dependency in a manifest that brings a release in. */
export interface BroughtPlace {
  /** URI of the manifest. */
  readonly file: string;
  readonly span: Span;
  /** From the dependency down to the release. */
  readonly path: readonly string[];
  /** Its name and version, for a message. */
  readonly by: string;
}

export interface PlacedFindings {
  readonly findings: readonly Finding[];
  /** What `depwarden.allow` leaves out of them. */
  readonly allowed: readonly AllowedFindings[];
}

/**
 * One finding for each judgement at each place; what is not known is reported once for each reason. Pauses from time to time.
 * @param brought where releases with an error are brought in: there the gravest error that is not allowed is reported
 */
export function* findingsOf(
  judged: readonly Judged[],
  unresolved: readonly Unresolved[],
  lockfiles: readonly Document<Lockfile>[],
  settings: Settings,
  moment: Moment,
  brought: ReadonlyMap<Judged, readonly BroughtPlace[]>,
): Task<PlacedFindings> {
  const { now } = moment;
  const findings: Finding[] = [];
  const allowed: AllowedFindings[] = [];
  const gaps = new Map<string, Gap>();
  const byUri = new Map(lockfiles.map((document) => [document.uri, document.model]));
  function* addJudged(entry: Judged): Task<void> {
    if (entry.judgements.length === 0) return;
    const { name, version } = entry.subject;
    const places = yield* placesOf(entry.target, byUri);
    const [first] = places;
    const bringing = brought.get(entry) ?? [];
    const [gravest] = errorsOf(entry.judgements);
    let isBrought = false;
    for (const judgement of entry.judgements) {
      if (first === undefined) continue;
      const allowable = { rule: judgement.rule, package: name, version };
      const allowing = allowedBy(allowable, settings.allow, now);
      const own = judgement.unknown === undefined ? placesFor(judgement, places) : [first];
      if (allowing !== null) {
        const more = judgement === gravest ? bringing.length : 0;
        allowed.push({ ...allowable, entry: allowing, findings: own.length + more });
      } else if (judgement.unknown === undefined) {
        if (!isBrought && errorsOf([judgement]).length > 0) {
          isBrought = true;
          for (const place of bringing) findings.push(broughtFinding(judgement, entry, place, places));
        }
        for (const [index, place] of own.entries()) {
          findings.push(finding(judgement, entry, { place, places: own }, moment));
          if (index % PASS_STRIDE === PASS_STRIDE - 1) yield;
        }
      } else
        addGap(gaps, { ...judgement, unknown: judgement.unknown }, first, {
          name,
          // An address may hold a login, and is no version.
          version: version.includes(":") ? "" : version,
        });
    }
  }
  // Direct dependencies first: a reason that many share is told at one that a person has chosen.
  const [direct, transitive] = [
    judged.filter(({ target }) => target.direct),
    judged.filter(({ target }) => !target.direct),
  ];
  for (const entry of direct) yield* addJudged(entry);
  for (const entry of unresolved) {
    const unclaimed = unclaimedIn(entry, settings, moment);
    for (const unclaimedFinding of unclaimed.findings) findings.push(unclaimedFinding);
    for (const one of unclaimed.allowed) allowed.push(one);
    if (unclaimed.findings.length > 0) continue;
    for (const one of addUnresolved(gaps, entry, settings, now)) allowed.push(one);
  }
  for (const [index, entry] of transitive.entries()) {
    yield* addJudged(entry);
    if (index % PASS_STRIDE === 0) yield;
  }
  return { findings: [...findings, ...[...gaps.values()].map(gapFinding)], allowed };
}

/** Where no version is known because the registry has no package of the name. */
function unclaimedIn(
  { name, range, place, unknown, registry }: Unresolved,
  settings: Settings,
  { now, isAsOf }: Moment,
): PlacedFindings {
  const severity = severityOf(unclaimedName.meta, settings);
  const verdict =
    registry === null || isAsOf
      ? null
      : unclaimed({
          name,
          registryHost: registryHost({ registry }),
          isRegistryPublic: registry.isPublic,
          answer: unknown,
        });
  if (severity === null || verdict === null) return { findings: [], allowed: [] };
  const rule = unclaimedName.meta.id;
  const allowable = { rule, package: name, version: range };
  const allowing = allowedBy(allowable, settings.allow, now);
  if (allowing !== null) return { findings: [], allowed: [{ ...allowable, entry: allowing, findings: 1 }] };
  const found: Finding = {
    rule,
    severity,
    package: name,
    version: range,
    file: place.uri,
    span: place.span,
    message: verdict.message,
    advisories: [],
    remedy: UNTOLD,
    path: [place.alias],
    related: [],
    foldedInto: null,
    unknown: null,
  };
  return { findings: [found], allowed: [] };
}

/** Gives what is allowed of it. */
function addUnresolved(
  gaps: Map<string, Gap>,
  { name, range, place, unknown, isAsked }: Unresolved,
  settings: Settings,
  now: number,
): readonly AllowedFindings[] {
  const severity = severityOf(unchecked.meta, settings);
  const rule = unchecked.meta.id;
  if (severity === null) return [];
  const allowable = { rule, package: name, version: range };
  const allowing = allowedBy(allowable, settings.allow, now);
  if (allowing !== null) return [{ ...allowable, entry: allowing, findings: 1 }];
  const called = name.trim() === "" ? JSON.stringify(name) : name;
  const clause = isAsked ? lookUpClause(unknown) : `could not be checked: ${unknown.reason}`;
  const gap = { rule, severity, message: `${called} ${clause}.`, unknown: { code: unknown.code, clause } };
  addGap(
    gaps,
    gap,
    { file: place.uri, span: place.span, path: [place.alias], takes: null, isLocked: false },
    { name: called, version: range },
  );
  return [];
}

/** @param lockfiles by URI */
function* placesOf(target: Target, lockfiles: ReadonlyMap<string, Lockfile>): Task<readonly Place[]> {
  const locked: Place[] = [];
  for (const [index, place] of target.locked.entries()) {
    const { id, alias, versionSpan } = place.locked;
    const lockfile = lockfiles.get(place.uri);
    locked.push({
      file: place.uri,
      span: versionSpan,
      path: lockfile === undefined ? [alias] : pathTo(lockfile, id),
      takes: null,
      isLocked: true,
      isBundled: place.locked.bundled,
    });
    if (index % PASS_STRIDE === PASS_STRIDE - 1) yield;
  }
  const declared = target.declared.map(({ uri, span, alias, takes }): Place => ({
    file: uri,
    span,
    path: [alias],
    takes,
    isLocked: false,
  }));
  return [...declared, ...locked];
}

/** Rules that judge what a registry serves: they ignore a copy inside another package's tarball. */
const OF_SERVED: ReadonlySet<string> = new Set(
  RULES.flatMap(({ meta, isOfServed }) => (isOfServed === true ? [meta.id] : [])),
);

function placesFor({ rule, at }: Judgement, all: readonly Place[]): readonly Place[] {
  const places = OF_SERVED.has(rule) ? all.filter(({ isBundled }) => isBundled !== true) : all;
  if (at === undefined) return places;
  const wanted = new Set(at.map(({ uri, start }) => `${start} ${uri}`));
  return places.filter(({ file, span }) => wanted.has(`${span.start} ${file}`));
}

function finding(
  judgement: Judgement,
  judged: Judged,
  { place, places }: { readonly place: Place; readonly places: readonly Place[] },
  { isAsOf }: Moment,
): Finding {
  const { subject } = judged;
  const takes =
    place.takes === null || judgement.at !== undefined
      ? ""
      : ` ${oneLine(place.takes, 40)} ${isAsOf ? "took this version then" : "takes this version today"}.`;
  return {
    rule: judgement.rule,
    severity: judgement.severity,
    package: subject.name,
    version: subject.version,
    file: place.file,
    span: place.span,
    message: `${judgement.message}${takes}`,
    advisories: judgement.advisories ?? [],
    remedy: remedyOf(judgement, judged, { path: place.path }),
    path: place.path,
    related: places
      .slice(0, MOST_RELATED + 1)
      .filter((other) => other !== place)
      .slice(0, MOST_RELATED)
      .map((other) => related(other, subject)),
    foldedInto: judgement.foldedInto ?? null,
    unknown: null,
  };
}

/** At the dependency that brings the release in. */
function broughtFinding(
  judgement: Judgement,
  judged: Judged,
  { file, span, path, by }: BroughtPlace,
  places: readonly Place[],
): Finding {
  const { subject } = judged;
  const between = path.slice(1, -1).join(" › ");
  const way = between === "" ? "" : `, by way of ${oneLine(between, 120)}`;
  return {
    rule: judgement.rule,
    severity: judgement.severity,
    package: subject.name,
    version: subject.version,
    file,
    span,
    message: `Brought in by ${by}${way}: ${judgement.message}`,
    advisories: judgement.advisories ?? [],
    remedy: remedyOf(judgement, judged, { path }),
    path,
    related: places.slice(0, MOST_RELATED).map((place) => related(place, subject)),
    foldedInto: null,
    unknown: null,
  };
}

/** A package may be locked in dozens of places; a list of all of them helps nobody. */
const MOST_RELATED = 8;

function related({ file, span, path, isLocked }: Place, { name, version }: Subject): RelatedPlace {
  const where = fileNameOf(file);
  const message = isLocked
    ? `${name} ${version} is locked here${path.length > 1 ? `, as ${path.join(" › ")}` : ""}`
    : `${name} is asked for here, in ${where}`;
  return { file, span, message };
}

interface Gap {
  readonly rule: string;
  readonly severity: Severity;
  readonly clause: string;
  readonly unknown: NonNullable<Judgement["unknown"]>;
  readonly place: Place;
  readonly members: { readonly name: string; readonly version: string; readonly message: string }[];
}

/** Told at the first member's place. */
function addGap(
  gaps: Map<string, Gap>,
  { rule, severity, message, unknown }: Omit<Judgement, "unknown"> & Pick<Gap, "unknown">,
  place: Place,
  member: { readonly name: string; readonly version: string },
): void {
  const gap = gaps.get(unknown.clause) ?? { rule, severity, clause: unknown.clause, unknown, place, members: [] };
  // One release may lack several facts for one reason.
  const last = gap.members.at(-1);
  if (last?.name !== member.name || last.version !== member.version) gap.members.push({ ...member, message });
  gaps.set(unknown.clause, gap);
}

/** Names in a message that stands for many packages. */
const MOST_NAMED = 6;

function gapFinding({ rule, severity, clause, unknown, place, members }: Gap): Finding {
  const [first] = members;
  const named = listed(
    members.map(({ name, version }) => `${name} ${version}`.trim()),
    MOST_NAMED,
  );
  return {
    rule,
    severity,
    package: first?.name ?? "",
    version: first?.version ?? "",
    file: place.file,
    span: place.span,
    message: members.length === 1 ? (first?.message ?? "") : `${count(members.length, "package")} ${clause}: ${named}.`,
    advisories: [],
    remedy: UNTOLD,
    path: place.path,
    related: [],
    foldedInto: null,
    unknown,
  };
}
