/** Notices that a lockfile still has a release that a fix did away with in the project's own files. */
import { createHash } from "node:crypto";
import type { Judged } from "../core/engine/findings.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { releaseKey } from "../core/project/target.ts";
import { isAtLeast } from "../core/rules/rule.ts";
import { askingFiles, updatableLockfile } from "./lockfile-offer.ts";

export interface LockfileOffers {
  /** Whether an update can be offered of what a report has: else a later report is to ask again. Never rejects. */
  isReady(report: ProjectReport): Promise<boolean>;
  /** @param packages once for each version that goes */
  make(report: ProjectReport, packages: readonly string[]): void;
}

/** What is known of a project. */
interface Noticed {
  latest: ProjectReport | null;
  /** Releases with a finding of which the project's files still asked for what is locked when last offered, by `releaseKey`. */
  followed: ReadonlySet<string>;
  /** The lockfiles' texts. */
  lockfiles: readonly string[];
  /** Fingerprints of the texts that an update of these lockfiles was offered for. */
  readonly offered: Set<string>;
}

/** Has an update offered once for each state of a project's files. */
export class LockfileNotices {
  readonly #projects = new Map<string, Noticed>();

  constructor(private readonly offers: LockfileOffers) {}

  /** What a project is like now. */
  reported(report: ProjectReport): void {
    // What is not known yet comes with a later report.
    if (!report.isWhole) return;
    const noticed = this.#of(report.project.folder);
    noticed.latest = report;
    const lockfiles = report.lockfiles.map(({ text }) => text);
    // Not by fingerprint: they may be long, and mostly are the very same.
    if (lockfiles.length !== noticed.lockfiles.length || lockfiles.some((text, at) => text !== noticed.lockfiles[at])) {
      noticed.lockfiles = lockfiles;
      noticed.offered.clear();
    }
    const locked = lockedWithFinding(report);
    const left = new Set(locked.filter(({ target }) => target.instead !== undefined).map(keyOf));
    const before = noticed.followed;
    noticed.followed = new Set(locked.map(keyOf).filter((key) => !left.has(key) || before.has(key)));
    // Where the version asked for is not safe, its own finding has the fixes.
    const behind = locked.filter((entry) => left.has(keyOf(entry)) && entry.safe?.isAsked === true);
    if (behind.some((entry) => before.has(keyOf(entry)))) void this.#offer(noticed, report, behind);
  }

  /** A project is not shown any more. */
  dropped(folder: string): void {
    const noticed = this.#projects.get(folder);
    if (noticed === undefined) return;
    this.#projects.delete(folder);
    noticed.latest = null;
  }

  #of(folder: string): Noticed {
    const present = this.#projects.get(folder);
    if (present !== undefined) return present;
    const made: Noticed = { latest: null, followed: new Set(), lockfiles: [], offered: new Set() };
    this.#projects.set(folder, made);
    return made;
  }

  async #offer(noticed: Noticed, report: ProjectReport, behind: readonly Judged[]): Promise<void> {
    const isReady = await this.offers.isReady(report);
    if (!isReady || noticed.latest !== report) return;
    const keys = behind.map(keyOf);
    noticed.followed = new Set([...noticed.followed].filter((key) => !keys.includes(key)));
    const state = fingerprint(askingFiles(report));
    if (noticed.offered.has(state)) return;
    noticed.offered.add(state);
    this.offers.make(
      report,
      behind.map(({ subject }) => subject.name),
    );
  }
}

/** Releases in the lockfile that can be updated, of which a finding is shown that another version mends. */
function lockedWithFinding(report: ProjectReport): readonly Judged[] {
  const lockfile = updatableLockfile(report);
  if (lockfile === null) return [];
  const found = new Set(
    report.findings
      .filter(({ severity, unknown }) => unknown === null && isAtLeast(severity, "warning"))
      .map(({ package: name, version }) => `${name}@${version}`),
  );
  return report.judged.filter(
    ({ target, subject, judgements }) =>
      judgements.length > 0 &&
      found.has(`${subject.name}@${subject.version}`) &&
      target.locked.some(({ uri }) => uri === lockfile.uri),
  );
}

function keyOf({ target }: Judged): string {
  return releaseKey(target.release);
}

function fingerprint(files: readonly { readonly uri: string; readonly text: string }[]): string {
  const hash = createHash("sha256");
  for (const { uri, text } of files) hash.update(JSON.stringify([uri, text]));
  return hash.digest("hex");
}
