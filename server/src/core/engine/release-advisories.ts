/** What is known against releases: asked of the advisory services once each, remembered, and as it stood at the moment of judgement. */
import type { Advisory, AdvisoryFacts } from "../facts/advisory.ts";
import { advisoriesAsOf } from "../facts/as-of.ts";
import { unknown } from "../facts/fact.ts";
import type { Cancellation, Ports, ReleaseRef } from "../ports.ts";
import { pause, pieces } from "./paced.ts";
import { releaseKey } from "../project/target.ts";

/** Releases in one look-up: as many as OSV takes in one request. https://google.github.io/osv.dev/post-v1-querybatch/ */
const ASKED_AT_ONCE = 1000;

const NO_ANSWER = unknown("malformed", "the advisory services gave no answer");

/** Of a private release the services hear nothing, whatever is known of a public one of that name. */
function answerKey(release: ReleaseRef): string {
  return `${String(release.registry.isPublic)} ${releaseKey(release)}`;
}

export class ReleaseAdvisories {
  readonly #answers = new Map<string, AdvisoryFacts>();
  /** By name, those that proved compromised, by `releaseKey`. */
  readonly #compromised = new Map<string, Set<string>>();
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(private readonly ports: Pick<Ports, "advisories" | "catalogue" | "clock">) {}

  /** Asks about those that were not asked about yet, and awaits what is under way. */
  async lookUp(releases: readonly ReleaseRef[], cancel: Cancellation): Promise<void> {
    const wanted = new Map(releases.map((release) => [answerKey(release), release]));
    const awaited: Promise<void>[] = [];
    for (const key of wanted.keys()) {
      const underWay = this.#underWay.get(key);
      if (underWay !== undefined) awaited.push(underWay);
      if (underWay !== undefined || this.#answers.has(key)) wanted.delete(key);
    }
    for (const [turn, piece] of pieces([...wanted], ASKED_AT_ONCE).entries()) {
      const asked = this.#ask(new Map(piece), turn, cancel);
      for (const [key] of piece) this.#underWay.set(key, asked);
      awaited.push(asked);
    }
    await Promise.all(awaited);
  }

  /** Asking has shown a version of the package to be compromised. What is bundled does not count. */
  hasCompromised(name: string): boolean {
    return this.#compromised.has(name);
  }

  isAnswered(release: ReleaseRef): boolean {
    return this.#answers.has(answerKey(release));
  }

  /** Where there is no answer, what is at hand. */
  of(release: ReleaseRef): AdvisoryFacts {
    return this.#answers.get(answerKey(release)) ?? { found: this.#bundled(release), missing: [NO_ANSWER] };
  }

  /** Ids of the advisories that report malicious code in it. */
  malwareAgainst(release: ReleaseRef): readonly string[] {
    const asked = this.#answers.get(answerKey(release))?.found ?? [];
    return [...new Set([...asked, ...this.#bundled(release)].filter(({ malware }) => malware).map(({ id }) => id))];
  }

  isCompromised(release: ReleaseRef): boolean {
    // Asked of every version of a package.
    return (
      this.#compromised.get(release.name)?.has(releaseKey(release)) === true || this.#bundled(release).some(isMalware)
    );
  }

  /** @param turn a piece is put together and read in one go, so each next one starts a pause later: others get the thread between them */
  async #ask(releases: ReadonlyMap<string, ReleaseRef>, turn: number, cancel: Cancellation): Promise<void> {
    try {
      for (let before = 0; before < turn; before++) await pause(this.ports.clock, cancel);
      const answers = await this.ports.advisories.lookup([...releases.values()], cancel);
      for (const [index, release] of [...releases.values()].entries()) {
        const facts = answers[index];
        this.#answer(
          release,
          facts === undefined ? { found: this.#bundled(release), missing: [NO_ANSWER] } : this.#asOf(facts),
        );
      }
    } finally {
      for (const key of releases.keys()) this.#underWay.delete(key);
    }
  }

  #answer(release: ReleaseRef, facts: AdvisoryFacts): void {
    this.#answers.set(answerKey(release), facts);
    if (!facts.found.some(isMalware)) return;
    const releases = this.#compromised.get(release.name) ?? new Set<string>();
    this.#compromised.set(release.name, releases.add(releaseKey(release)));
  }

  #bundled({ name, version }: ReleaseRef): readonly Advisory[] {
    return this.#asOf({ found: this.ports.catalogue.advisories(name, version), missing: [] }).found;
  }

  #asOf(facts: AdvisoryFacts): AdvisoryFacts {
    const { asOf } = this.ports.clock;
    return asOf === null ? facts : advisoriesAsOf(facts, asOf);
  }
}

function isMalware({ malware }: Advisory): boolean {
  return malware;
}
