/**
 * Which releases run at install by a command of theirs (`bin`) that an install script of another package in the same
 * lockfile calls. That script does not change when what it calls does: where such a release is fresh, it is told of it.
 */
import { callOf, commandsCalled } from "../facts/called-commands.ts";
import type { CalledCommands, CommandCall } from "../facts/called-commands.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { dependentsOf } from "../graph.ts";
import type { Lockfile, LockfileFormat } from "../model.ts";
import type { Document } from "../project/document-store.ts";
import { freshRelease } from "../rules/fresh-release.ts";
import { suspiciousRelease } from "../rules/suspicious-release.ts";
import { PASS_STRIDE, type Task } from "../task.ts";
import { oneLine } from "../util/sanitize.ts";
import { listed } from "../util/words.ts";
import type { Judged } from "./findings.ts";

/** Rules whose findings say it. */
const TELLING: ReadonlySet<string> = new Set([freshRelease.meta.id, suspiciousRelease.meta.id]);

export const NO_COMMANDS: CalledCommands = new Map();

/** Commands that the install scripts of a release call; none where they are not known. */
export function calledBy(subject: Subject): CalledCommands {
  const release = releaseOf(subject);
  return release.known && release.value.hasInstallScript === true ? commandsCalled(release.value) : NO_COMMANDS;
}

/** The same releases; those that are told as fresh and run in the install script of another one say so. Pauses from time to time. */
export function* withInstallCalls(
  judged: readonly Judged[],
  lockfiles: readonly Document<Lockfile>[],
): Task<readonly Judged[]> {
  const isTold = ({ judgements }: Judged): boolean => judgements.some(({ rule }) => TELLING.has(rule));
  const told = judged.filter((entry) => isTold(entry) && bringsCommands(entry));
  if (told.length === 0) return judged;
  const callers = new Callers(judged, lockfiles);
  const amended = new Map<Judged, Judged>();
  for (const [index, entry] of told.entries()) {
    if (index % PASS_STRIDE === PASS_STRIDE - 1) yield;
    const sentence = callers.sentenceFor(entry);
    if (sentence === null) continue;
    const judgements = entry.judgements.map((judgement) =>
      TELLING.has(judgement.rule) ? { ...judgement, message: `${judgement.message} ${sentence}` } : judgement,
    );
    amended.set(entry, { ...entry, judgements });
  }
  return judged.map((entry) => amended.get(entry) ?? entry);
}

function bringsCommands({ subject }: Judged): boolean {
  const release = releaseOf(subject);
  return release.known && release.value.bin?.size !== 0;
}

/** Callers named in one sentence. */
const MOST_NAMED = 2;

/** These link commands into a folder where the scripts of all packages find them; in Yarn a script finds those of its own dependencies. */
const SHARED_BY_ALL: ReadonlySet<LockfileFormat> = new Set(["npm", "pnpm", "bun"]);

class Callers {
  /** By lockfile and by the package's index in it. */
  readonly #byPlace = new Map<string, Map<number, Judged>>();
  /** By lockfile and by command: one that calls it. */
  readonly #byCommand = new Map<string, Map<string, Judged>>();

  constructor(
    judged: readonly Judged[],
    private readonly lockfiles: readonly Document<Lockfile>[],
  ) {
    for (const { uri } of lockfiles) {
      this.#byPlace.set(uri, new Map());
      this.#byCommand.set(uri, new Map());
    }
    for (const entry of judged) if (entry.calls.size > 0) this.#add(entry);
  }

  #add(entry: Judged): void {
    for (const { uri, locked } of entry.target.locked) {
      // What a tarball brings along need not be the release of that name.
      if (locked.bundled) continue;
      this.#byPlace.get(uri)?.set(locked.id, entry);
      const byCommand = this.#byCommand.get(uri);
      for (const command of entry.calls.keys()) if (byCommand?.has(command) === false) byCommand.set(command, entry);
    }
  }

  /** Whose install scripts run a command of the release, as a sentence; null for none. */
  sentenceFor(entry: Judged): string | null {
    const { subject, target } = entry;
    const release = releaseOf(subject);
    if (!release.known) return null;
    const { bin } = release.value;
    const sure: Call[] = [];
    const possible: Call[] = [];
    for (const { uri, model } of this.lockfiles) {
      const places = target.locked.filter((place) => place.uri === uri && !place.locked.bundled);
      for (const id of places.flatMap(({ locked }) => dependentsOf(model, locked.id))) {
        const caller = this.#byPlace.get(uri)?.get(id);
        const call = caller === undefined ? null : callOf(caller.calls, subject.name, { bin });
        if (call !== null && caller !== undefined) sure.push({ ...call, caller });
      }
      if (places.length === 0 || !SHARED_BY_ALL.has(model.format)) continue;
      for (const command of [...(bin ?? []), subject.name]) {
        const caller = this.#byCommand.get(uri)?.get(command);
        const script = caller?.calls.get(command);
        if (caller !== undefined && script !== undefined && caller !== entry)
          possible.push({ command, script, caller });
      }
    }
    return sentenceOf(sure, "runs") ?? sentenceOf(possible, "may run");
  }
}

interface Call extends CommandCall {
  readonly caller: Judged;
}

/** Of several commands one is named. */
function sentenceOf(calls: readonly Call[], verb: string): string | null {
  const [first] = calls;
  if (first === undefined) return null;
  const { command, script } = first;
  const callers = new Set(
    calls.flatMap(({ command: other, caller: { subject } }) =>
      other === command ? [`${oneLine(subject.name, 80)} ${oneLine(subject.version, 40)}`] : [],
    ),
  );
  const where = callers.size === 1 ? `the ${script} script` : "install scripts";
  return `Its command ${oneLine(command, 60)} ${verb} in ${where} of ${listed([...callers], MOST_NAMED, " and ")}.`;
}
