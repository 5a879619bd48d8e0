/** Notices that a version which was locked or asked for without being known as compromised is known as such now. */
import type { Finding } from "../core/engine/finding.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import { messageWithAdvice } from "../core/engine/remedy.ts";
import { releaseKey } from "../core/project/target.ts";
import type { Range } from "../core/util/text.ts";
import { rangeIn } from "./diagnostics.ts";

export interface Turned {
  readonly message: string;
  readonly uri: string;
  readonly range: Range;
}

const RULE = "compromised";

export class TurnedCompromised {
  /** By project folder, what was checked and not compromised: `releaseKey`. */
  readonly #clean = new Map<string, ReadonlySet<string>>();
  readonly #told = new Set<string>();

  /** @param tell is called once for each release, however many projects have it */
  constructor(private readonly tell: (turned: Turned) => void) {}

  reported(report: ProjectReport): void {
    // What is not known yet comes with a later report.
    if (!report.isWhole) return;
    const { folder } = report.project;
    const before = this.#clean.get(folder);
    const found = new Map(report.findings.filter(isCompromised).map((finding) => [keyOf(finding), finding]));
    const clean = new Set<string>();
    for (const { subject, target } of report.judged) {
      const key = releaseKey(target.release);
      const finding = found.get(keyOf({ package: subject.name, version: subject.version }));
      if (finding === undefined) clean.add(key);
      else if (before?.has(key) === true && !this.#told.has(key)) {
        this.#told.add(key);
        this.tell({
          message: messageWithAdvice(finding),
          uri: finding.file,
          range: rangeIn(report, finding.file, finding.span),
        });
      }
    }
    this.#clean.set(folder, clean);
  }

  /** A project is not shown any more. */
  dropped(folder: string): void {
    this.#clean.delete(folder);
  }
}

function isCompromised({ rule, severity, foldedInto }: Finding): boolean {
  return rule === RULE && severity === "error" && foldedInto === null;
}

function keyOf(of: { readonly package: string; readonly version: string }): string {
  return JSON.stringify([of.package, of.version]);
}
