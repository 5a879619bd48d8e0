import { CodeActionKind } from "vscode-languageserver";
import type {
  CodeAction,
  CodeActionParams,
  Command,
  CreateFile,
  Diagnostic,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver";
import type { DocumentStore } from "../core/project/document-store.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import type { Judged } from "../core/engine/findings.ts";
import { isForbiddenToRun } from "../core/engine/judge.ts";
import { changeVersion, fixAll } from "../core/fixes/change-version.ts";
import type { Fix, ProjectFixInput, ReleaseFixInput } from "../core/fixes/fix.ts";
import { projectTexts, textAt } from "../core/fixes/project-texts.ts";
import type { FileEdit, ProjectTexts } from "../core/fixes/project-texts.ts";
import { personal } from "../core/config/layers.ts";
import type { Cancellation } from "../core/ports.ts";
import { policyFixersOf, RELEASE_FIXERS, releaseFixersOf } from "../core/rules/index.ts";
import { isAtLeast } from "../core/rules/rule.ts";
import type { Settings } from "../core/settings/settings.ts";
import { LineIndex } from "../core/util/text.ts";
import { rangeIn } from "./diagnostics.ts";
import type { DiagnosticIdentity } from "./diagnostics.ts";
import { shownAction } from "./editor.ts";
import { lockfileOffer } from "./lockfile-offer.ts";
import type { Selected } from "./selected-diagnostics.ts";

export const FIX_ALL = "source.fixAll.depwarden";

/** Commands that the client carries out; offered only to a client that says it has them. */
export const OFFER_LOCKFILE_UPDATE = "depwarden.offerLockfileUpdate";
export const ALLOW = "depwarden.allow";

export interface CodeActionContext {
  readonly report: ProjectReport;
  /** The findings that quick fixes are asked for. */
  readonly selected: readonly Selected[];
  readonly settings: Settings;
  readonly store: DocumentStore;
  readonly clientCommands: ReadonlySet<string>;
  /** The client can make files (`workspaceEdit.resourceOperations`). */
  readonly createsFiles: boolean;
  /** The version of an open document, null for others, that edits are said to be of; null: the client does not take that. */
  readonly versionOf: ((uri: string) => number | null) | null;
  /** A file's URI as the client writes it. */
  readonly spell: (file: string) => string;
  readonly cancel: Cancellation;
}

/** Whether a report tells all that the actions asked for need; one that is not whole may lack safe versions. */
export function knowsFixes(
  { context: { only } }: CodeActionParams,
  report: ProjectReport,
  selected: readonly Selected[],
): boolean {
  if (report.isWhole) return true;
  if (only !== undefined && asksFor(FIX_ALL, only)) return false;
  return selected.every(({ identity }) => judgedOf(report, identity)?.safe !== null);
}

/** Quick fixes for the findings selected, and the fix for the whole file when asked for. Edits are of the current text. */
export async function codeActions(
  { textDocument, context: { only } }: CodeActionParams,
  context: CodeActionContext,
): Promise<readonly CodeAction[]> {
  const texts = await projectTexts(context.report, context.store, context.cancel);
  const actions: CodeAction[] = [];
  if (only === undefined || asksFor(CodeActionKind.QuickFix, only))
    actions.push(...quickFixes(textDocument.uri, texts, context));
  // A source action is for those who ask for it: it has no place among the quick fixes of one finding.
  if (only !== undefined && asksFor(FIX_ALL, only)) actions.push(...fixAllAction(textDocument.uri, texts, context));
  return actions.map(shownAction);
}

/** A kind stands for those below it; the empty one for all. */
function asksFor(kind: string, only: readonly string[]): boolean {
  return only.some((wanted) => wanted === "" || wanted === kind || kind.startsWith(`${wanted}.`));
}

/** Findings that one answer offers quick fixes for: each takes time in proportion to the project's files. */
const MOST_OFFERED = 100;

/** Diagnostics that the same quick fixes are offered for. */
interface Offered {
  readonly identity: DiagnosticIdentity;
  readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]];
}

/** One release may be found in very many places. What a policy is mended by depends on the place. */
function offeredFor(selected: readonly Selected[]): readonly Offered[] {
  const byKey = new Map<string, { identity: DiagnosticIdentity; diagnostics: [Diagnostic, ...Diagnostic[]] }>();
  for (const { diagnostic, identity } of selected) {
    const { rule, package: name, version } = identity;
    const { line, character } = diagnostic.range.start;
    const key = JSON.stringify([rule, name, version, ...(policyFixersOf(rule).length === 0 ? [] : [line, character])]);
    const known = byKey.get(key);
    if (known !== undefined) known.diagnostics.push(diagnostic);
    else if (byKey.size < MOST_OFFERED) byKey.set(key, { identity, diagnostics: [diagnostic] });
  }
  return [...byKey.values()];
}

/** Those that choose another version first, whichever finding they are for; last what only hides a finding. */
function quickFixes(uri: string, texts: ProjectTexts, context: CodeActionContext): readonly CodeAction[] {
  const offered = offeredFor(context.selected);
  const lines = linesIn(texts);
  const offers = offered.flatMap(({ identity, diagnostics: own }) =>
    [
      ...releaseOffers(identity, own[0], uri, { texts, lines }, context),
      ...policyOffers(identity, own[0], uri, { texts, lines }, context),
    ].map((offer) => ({ ...offer, own })),
  );
  const byEdit = new Map<string, CodeAction>();
  for (const { fix, own } of offers.sort((a, b) => a.rank - b.rank)) {
    const done = carriedOut(fix, { texts, lines }, context);
    if (done === null) continue;
    const key = fix.edits.length === 0 ? fix.title : JSON.stringify(fix.edits);
    const present = byEdit.get(key);
    byEdit.set(key, {
      title: fuller(present?.title ?? "", fix.title),
      kind: CodeActionKind.QuickFix,
      isPreferred: present?.isPreferred === true || (fix.isPreferred && !hasPreferred(byEdit)),
      diagnostics: [...(present?.diagnostics ?? []), ...own],
      ...done,
    });
  }
  const allows = offered.flatMap(({ identity, diagnostics: own }) =>
    judgedOf(context.report, identity) === null ? [] : allowAction(identity, own, context),
  );
  return [...byEdit.values(), ...allows];
}

/** Of two titles of one edit, the one whose note says more: what a pin of one release does away with beside it. */
function fuller(title: string, other: string): string {
  return other.length > title.length ? other : title;
}

/** What carries a fix out; null where the client cannot. */
function carriedOut(
  { edits, package: name }: Fix,
  files: TextLines,
  context: CodeActionContext,
): Pick<CodeAction, "edit" | "command"> | null {
  if (edits.length > 0) {
    const edit = workspaceEdit(edits, files, context);
    return edit === null ? null : { edit };
  }
  const command = name === null ? null : lockfileUpdate([name], context);
  return command === null ? null : { command };
}

/** The files of a project with their lines, each worked out when it is first asked for. */
interface TextLines {
  readonly texts: ProjectTexts;
  readonly lines: (uri: string) => LineIndex;
}

function linesIn(texts: ProjectTexts): TextLines["lines"] {
  const byUri = new Map<string, LineIndex>();
  return (uri) => {
    const lines = byUri.get(uri) ?? new LineIndex(textAt(texts, uri) ?? "");
    byUri.set(uri, lines);
    return lines;
  };
}

/** A fix, and the place of its kind among all kinds. */
interface Offer {
  readonly fix: Fix;
  readonly rank: number;
}

function releaseOffers(
  identity: DiagnosticIdentity,
  { range }: Diagnostic,
  uri: string,
  { texts, lines }: TextLines,
  context: CodeActionContext,
): readonly Offer[] {
  const judged = judgedOf(context.report, identity);
  if (judged === null) return [];
  // A finding that is folded into another has no diagnostic to offer its fixes on.
  const folded = judged.judgements.filter(({ foldedInto }) => foldedInto === identity.rule).map(({ rule }) => rule);
  const input = { ...inputFor(judged, uri, context, lines(uri).offsetAt(range.start)), texts };
  const offers = releaseFixersOf(new Set([identity.rule, ...folded])).flatMap((fixer) =>
    fixer(input).map((fix) => ({ fix, rank: RELEASE_FIXERS.indexOf(fixer) })),
  );
  const isForbidden =
    offers.some(({ fix }) => fix.runsRelease === true) &&
    isForbiddenToRun(judged.subject, context.settings, context.report.context);
  return isForbidden ? offers.filter(({ fix }) => fix.runsRelease !== true) : offers;
}

function policyOffers(
  { rule }: DiagnosticIdentity,
  { range }: Diagnostic,
  uri: string,
  { texts, lines }: TextLines,
  { report }: CodeActionContext,
): readonly Offer[] {
  const fixers = policyFixersOf(rule);
  if (fixers.length === 0) return [];
  const start = policyPlace(rule, range, uri, report);
  if (start === null) return [];
  const offset = lines(uri).offsetAt(start);
  const input = { ...projectInput(report), texts, at: { uri, offset }, now: report.context.now };
  return fixers.flatMap((fixer) => fixer(input).map((fix) => ({ fix, rank: 0 })));
}

/** Where the finding is in the present text: the diagnostic may be of an older one, and what is gone has no fix. */
function policyPlace(
  rule: string,
  { start }: Diagnostic["range"],
  uri: string,
  report: ProjectReport,
): Diagnostic["range"]["start"] | null {
  const places = report.findings
    .filter((finding) => finding.rule === rule && finding.file === uri)
    .map(({ file, span }) => rangeIn(report, file, span).start);
  const same = places.find(({ line, character }) => line === start.line && character === start.character);
  return same ?? (places.length === 1 ? (places[0] ?? null) : null);
}

function hasPreferred(actions: ReadonlyMap<string, CodeAction>): boolean {
  return [...actions.values()].some(({ isPreferred }) => isPreferred === true);
}

const judgedByRelease = new WeakMap<readonly Judged[], ReadonlyMap<string, Judged>>();

function judgedOf({ judged }: ProjectReport, { package: name, version }: DiagnosticIdentity): Judged | null {
  const byRelease =
    judgedByRelease.get(judged) ??
    // Of one version from two registries the first one counts.
    new Map(judged.toReversed().map((each) => [`${each.subject.name}@${each.subject.version}`, each]));
  judgedByRelease.set(judged, byRelease);
  return byRelease.get(`${name}@${version}`) ?? null;
}

function projectInput({ lockfiles, policy }: ProjectReport): Omit<ProjectFixInput, "texts"> {
  return { lockfiles, personal: personal(policy.files) };
}

/** @param offset of the finding that the fixes are for: several dependencies of a manifest may bring the release in */
function inputFor(
  judged: Judged,
  uri: string,
  { report, settings }: CodeActionContext,
  offset: number | null = null,
): Omit<ReleaseFixInput, "texts"> {
  const own = report.findings.filter(
    (finding) =>
      finding.package === judged.subject.name && finding.version === judged.subject.version && finding.file === uri,
  );
  const here = own.find(({ span }) => span.start === offset) ?? own[0];
  return {
    ...projectInput(report),
    release: judged,
    all: report.judged,
    path: here?.path ?? [],
    pinStyle: settings.pinStyle,
  };
}

/** Releases that one action mends: the project's files are read anew after each of them. */
const MOST_FIXED = 100;

function fixAllAction(uri: string, texts: ProjectTexts, context: CodeActionContext): readonly CodeAction[] {
  const { report } = context;
  const wanted = new Set(
    report.findings
      .filter(
        ({ file, rule, unknown, severity }) =>
          file === uri &&
          unknown === null &&
          isAtLeast(severity, "warning") &&
          releaseFixersOf(new Set([rule])).includes(changeVersion),
      )
      .map(({ package: name, version }) => `${name}@${version}`),
  );
  const mended = report.judged
    .filter(({ subject }) => wanted.has(`${subject.name}@${subject.version}`))
    // Direct ones first: pinning them often does away with what they bring in.
    .sort((a, b) => Number(b.target.direct) - Number(a.target.direct));
  const inputs = mended.slice(0, MOST_FIXED).map((judged) => inputFor(judged, uri, context));
  const edits = fixAll(inputs, texts);
  const edit = edits.length === 0 ? null : workspaceEdit(edits, { texts, lines: linesIn(texts) }, context);
  const title = "Pin safe versions (Depwarden)";
  return edit === null
    ? []
    : [
        {
          title: mended.length > MOST_FIXED ? `${title}, the first ${MOST_FIXED}` : title,
          kind: FIX_ALL,
          edit,
        },
      ];
}

/** null where a file would have to be made, and the client cannot make one. */
function workspaceEdit(
  edits: readonly FileEdit[],
  { texts, lines }: TextLines,
  { createsFiles, versionOf, spell }: CodeActionContext,
): WorkspaceEdit | null {
  const changes: Record<string, TextEdit[]> = {};
  for (const { uri, span, newText } of edits) {
    (changes[uri] ??= []).push({ range: lines(uri).rangeOf(span), newText });
  }
  const missing = Object.keys(changes).filter((uri) => textAt(texts, uri) === null);
  if (missing.length > 0 && !createsFiles) return null;
  const spelled = Object.entries(changes).map(([uri, each]) => [spell(uri), each] as const);
  if (versionOf === null) return { changes: Object.fromEntries(spelled) };
  const made = missing.map((uri): CreateFile => ({
    kind: "create",
    uri: spell(uri),
    options: { ignoreIfExists: true },
  }));
  const changed = spelled.map(([uri, each]): TextDocumentEdit => ({
    textDocument: { uri, version: versionOf(uri) },
    edits: each,
  }));
  return { documentChanges: [...made, ...changed] };
}

/** Where a fix is no edit: the lockfile is all that is left. After one that is, the server notices by itself. */
function lockfileUpdate(
  packages: readonly string[],
  { report, clientCommands, spell }: CodeActionContext,
): Command | null {
  const offer = clientCommands.has(OFFER_LOCKFILE_UPDATE) ? lockfileOffer(report, packages, spell) : null;
  return offer === null ? null : { title: "Update lockfile", command: OFFER_LOCKFILE_UPDATE, arguments: [offer] };
}

function allowAction(
  identity: DiagnosticIdentity,
  diagnostics: readonly Diagnostic[],
  { report, clientCommands, spell }: CodeActionContext,
): readonly CodeAction[] {
  if (!clientCommands.has(ALLOW)) return [];
  const title = `Allow ${identity.package} ${identity.version} (${identity.rule}), with a reason…`;
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [...diagnostics],
      command: { title, command: ALLOW, arguments: [{ ...identity, folder: spell(report.project.folder) }] },
    },
  ];
}
