/**
 * A packument as two lines of JSON, of which a cache keeps both and memory mostly the first: what rules use of the
 * package, and the distributions of its releases. Either is read where it is needed, and again after it was given up:
 * a project of 20,000 packages has some hundred thousand releases, and most are never looked at.
 *
 * In columns, as releases of one package are much alike: `traits` has each set of things that releases say of
 * themselves once, and each tarball address with its version left out.
 */
import * as v from "valibot";
import type { Distribution, PackageFacts, Packument, ReleaseFacts } from "./package.ts";

const time = v.pipe(v.number(), v.finite());
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const pairsOf = <T>(value: v.GenericSchema<unknown, T>) => v.array(v.strictTuple([v.string(), value]));

const traits = v.object({
  deprecated: v.nullable(v.string()),
  hasInstallScript: v.nullable(v.boolean()),
  scripts: v.nullable(
    v.object({
      preinstall: v.exactOptional(v.string()),
      install: v.exactOptional(v.string()),
      postinstall: v.exactOptional(v.string()),
    }),
  ),
  calledScripts: v.exactOptional(pairsOf(v.string())),
  scriptsCut: v.boolean(),
  gypfile: v.nullable(v.boolean()),
  publisher: v.nullable(
    v.object({ name: v.string(), trustedPublisher: v.nullable(v.string()), approved: v.boolean() }),
  ),
  provenance: v.nullable(v.boolean()),
  dependencies: pairsOf(v.string()),
  /** Which of `dependencies` are optional. */
  optional: v.exactOptional(v.array(index)),
  /** Left out where there are none, as of most. */
  peers: v.exactOptional(pairsOf(v.string())),
  bundled: v.exactOptional(v.array(v.string())),
  /** Left out where there are none; null where they are not known. */
  bin: v.exactOptional(v.nullable(v.array(v.string()))),
  binarySources: v.exactOptional(pairsOf(v.string())),
});

/** Raised when a text says more, or something else, than before: an older one is not read, and asked for anew. */
const LAYOUT = 4;

const factsLine = v.pipe(
  v.object({
    layout: v.literal(LAYOUT),
    name: v.string(),
    detail: v.picklist(["abbreviated", "full"]),
    modified: v.nullable(time),
    unpublishedAt: v.nullable(time),
    securityHolder: v.boolean(),
    distTags: pairsOf(v.string()),
    /** Those served. */
    versions: v.array(v.string()),
    /** Of each version: when it was published, and which of `traits` it has. */
    published: v.array(v.nullable(time)),
    traitsOf: v.array(index),
    traits: v.array(traits),
    /** When others were published. */
    removed: pairsOf(time),
  }),
  v.check(
    ({ versions, published, traitsOf, traits: all }) =>
      published.length === versions.length &&
      traitsOf.length === versions.length &&
      traitsOf.every((at) => at < all.length) &&
      new Set(versions).size === versions.length,
  ),
);

/** In the order of the versions. Of a tarball: null, the address, or which of `tarballs`. */
const distributionsLine = v.pipe(
  v.object({
    integrity: v.array(v.nullable(v.string())),
    shasum: v.array(v.nullable(v.string())),
    tarball: v.array(v.nullable(v.union([v.string(), index]))),
    tarballs: v.array(v.string()),
  }),
  v.check(
    ({ integrity, shasum, tarball, tarballs }) =>
      shasum.length === integrity.length &&
      tarball.length === integrity.length &&
      tarball.every((at) => typeof at !== "number" || at < tarballs.length),
  ),
);

type FactsLine = v.InferOutput<typeof factsLine>;
type DistributionsLine = v.InferOutput<typeof distributionsLine>;

/** Stands for the version in the address of a tarball: no address has a line break. */
const VERSION_MARK = "\n";

/** Keeps what `make` gives for as long as there is room for it. */
class Remade<T extends object> {
  #present: WeakRef<T> | null = null;

  constructor(private readonly make: () => T) {}

  get value(): T {
    const present = this.#present?.deref();
    if (present !== undefined) return present;
    const made = this.make();
    this.#present = new WeakRef(made);
    return made;
  }

  set value(value: T) {
    this.#present = new WeakRef(value);
  }
}

/** A Map whose values are made when they are asked for. */
class LazyMap<T> implements ReadonlyMap<string, T> {
  readonly #places: ReadonlyMap<string, number>;
  readonly #made = new Map<number, T>();

  constructor(
    keys: readonly string[],
    private readonly make: (place: number, key: string) => T,
  ) {
    this.#places = new Map(keys.map((key, place) => [key, place]));
  }

  get size(): number {
    return this.#places.size;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  get(key: string): T | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#at(place, key);
  }

  keys(): MapIterator<string> {
    return this.#places.keys();
  }

  *values(): MapIterator<T> {
    for (const [key, place] of this.#places) yield this.#at(place, key);
  }

  *entries(): MapIterator<[string, T]> {
    for (const [key, place] of this.#places) yield [key, this.#at(place, key)];
  }

  [Symbol.iterator](): MapIterator<[string, T]> {
    return this.entries();
  }

  forEach(action: (value: T, key: string, map: ReadonlyMap<string, T>) => void): void {
    for (const [key, value] of this) action(value, key, this);
  }

  #at(place: number, key: string): T {
    const made = this.#made.get(place) ?? this.make(place, key);
    this.#made.set(place, made);
    return made;
  }
}

type Opened = Pick<PackageFacts, "distTags" | "releases" | "times">;

class PackedFacts implements PackageFacts {
  readonly name: string;
  readonly detail: PackageFacts["detail"];
  readonly modified: number | null;
  readonly unpublishedAt: number | null;
  readonly securityHolder: boolean;
  readonly #opened: Remade<Opened>;

  /** `line`: what `text` says. */
  constructor(
    readonly text: string,
    line: FactsLine,
    readonly fetchedAt: number,
  ) {
    this.name = line.name;
    this.detail = line.detail;
    this.modified = line.modified;
    this.unpublishedAt = line.unpublishedAt;
    this.securityHolder = line.securityHolder;
    this.#opened = new Remade(() => opened(JSON.parse(text) as FactsLine));
    this.#opened.value = opened(line);
  }

  /** The same, fetched at another moment. */
  at(fetchedAt: number): PackedFacts {
    return new PackedFacts(this.text, JSON.parse(this.text) as FactsLine, fetchedAt);
  }

  get distTags(): ReadonlyMap<string, string> {
    return this.#opened.value.distTags;
  }

  get releases(): ReadonlyMap<string, ReleaseFacts> {
    return this.#opened.value.releases;
  }

  get times(): ReadonlyMap<string, number> {
    return this.#opened.value.times;
  }
}

const NO_PAIRS: ReadonlyMap<string, string> = new Map();
const NO_NAMES: ReadonlySet<string> = new Set();

function opened({ distTags, versions, published, traitsOf, traits: all, removed }: FactsLine): Opened {
  const times = new Map<string, number>();
  for (const [at, version] of versions.entries()) {
    const moment = published[at];
    if (moment !== null && moment !== undefined) times.set(version, moment);
  }
  for (const [version, moment] of removed) times.set(version, moment);
  return {
    distTags: new Map(distTags),
    times,
    releases: new LazyMap(versions, (at, version) => {
      const own = all[traitsOf[at] ?? -1];
      if (own === undefined) throw new Error(`nothing is kept of ${version}`);
      const { calledScripts, dependencies, optional, peers, bundled, bin, binarySources } = own;
      return {
        ...own,
        version,
        calledScripts: calledScripts === undefined ? NO_PAIRS : new Map(calledScripts),
        dependencies: new Map(dependencies),
        optional:
          optional === undefined ? NO_NAMES : new Set(optional.flatMap((place) => dependencies[place]?.[0] ?? [])),
        peers: peers === undefined ? NO_PAIRS : new Map(peers),
        bundled: bundled === undefined ? NO_NAMES : new Set(bundled),
        bin: bin === null ? null : bin === undefined ? NO_NAMES : new Set(bin),
        binarySources: binarySources === undefined ? NO_PAIRS : new Map(binarySources),
      };
    }),
  };
}

/** A packument that takes little room. Of `facts` alone, all that is about distributions can be given up. */
export class PackedPackument implements Packument {
  readonly #facts: PackedFacts;
  readonly #distributionsText: string;
  readonly #distributions: Remade<ReadonlyMap<string, Distribution>>;

  private constructor(facts: PackedFacts, distributionsText: string) {
    this.#facts = facts;
    this.#distributionsText = distributionsText;
    this.#distributions = new Remade(() =>
      distributionsOf([...facts.releases.keys()], JSON.parse(distributionsText) as DistributionsLine),
    );
  }

  static of({ facts, distributions }: Packument): PackedPackument {
    const line = factsLineOf(facts);
    const text = asciiJson(line);
    return new PackedPackument(
      new PackedFacts(text, line, facts.fetchedAt),
      asciiJson(distributionsLineOf(line.versions, distributions)),
    );
  }

  /** Null when `text` is not what `text` gives. */
  static from(text: string, fetchedAt: number): PackedPackument | null {
    const end = text.indexOf("\n");
    if (end === -1) return null;
    // A part of a text would keep the whole of it in memory.
    const own = ownText(text.slice(0, end));
    const facts = lineOf(factsLine, own);
    if (facts === null) return null;
    const distributionsText = text.slice(end + 1);
    const distributions = lineOf(distributionsLine, distributionsText);
    if (distributions?.integrity.length !== facts.versions.length) return null;
    return new PackedPackument(new PackedFacts(own, facts, fetchedAt), distributionsText);
  }

  /** The same, as the registry says again at `fetchedAt` (ms since epoch). */
  confirmedAt(fetchedAt: number): PackedPackument {
    return new PackedPackument(this.#facts.at(fetchedAt), this.#distributionsText);
  }

  /** Two lines, in ASCII. Without the moment at which it was fetched. */
  get text(): string {
    return `${this.#facts.text}\n${this.#distributionsText}`;
  }

  /** In bytes. */
  get size(): number {
    return this.#facts.text.length + 1 + this.#distributionsText.length;
  }

  get facts(): PackageFacts {
    return this.#facts;
  }

  get distributions(): ReadonlyMap<string, Distribution> {
    return this.#distributions.value;
  }
}

function factsLineOf(facts: PackageFacts): FactsLine {
  const all: FactsLine["traits"] = [];
  const known = new Map<string, number>();
  const traitsOf: number[] = [];
  for (const release of facts.releases.values()) {
    const { deprecated, hasInstallScript, scripts, scriptsCut, gypfile, publisher, provenance } = release;
    const own = {
      ...{ deprecated, hasInstallScript, scripts, scriptsCut, gypfile, publisher, provenance },
      ...(release.calledScripts.size === 0 ? {} : { calledScripts: pairsIn(release.calledScripts) }),
      dependencies: pairsIn(release.dependencies),
      ...(release.optional.size === 0
        ? {}
        : {
            optional: [...release.dependencies.keys()].flatMap((alias, at) =>
              release.optional.has(alias) ? [at] : [],
            ),
          }),
      ...(release.peers.size === 0 ? {} : { peers: pairsIn(release.peers) }),
      ...(release.bundled.size === 0 ? {} : { bundled: [...release.bundled] }),
      ...(release.bin?.size === 0 ? {} : { bin: release.bin === null ? null : [...release.bin] }),
      ...(release.binarySources.size === 0 ? {} : { binarySources: pairsIn(release.binarySources) }),
    };
    traitsOf.push(placeOf(JSON.stringify(own), known, () => all.push(own)));
  }
  const versions = [...facts.releases.keys()];
  return {
    layout: LAYOUT,
    name: facts.name,
    detail: facts.detail,
    modified: facts.modified,
    unpublishedAt: facts.unpublishedAt,
    securityHolder: facts.securityHolder,
    distTags: [...facts.distTags],
    versions,
    published: versions.map((version) => facts.times.get(version) ?? null),
    traitsOf,
    traits: all,
    removed: [...facts.times].filter(([version]) => !facts.releases.has(version)),
  };
}

function pairsIn(map: ReadonlyMap<string, string>): [string, string][] {
  return [...map].map(([alias, specifier]): [string, string] => [alias, specifier]);
}

function distributionsLineOf(
  versions: readonly string[],
  distributions: ReadonlyMap<string, Distribution>,
): DistributionsLine {
  const known = new Map<string, number>();
  const own = versions.map((version) => ({ version, ...distributions.get(version) }));
  return {
    integrity: own.map(({ integrity = null }) => integrity),
    shasum: own.map(({ shasum = null }) => shasum),
    tarball: own.map(({ version, tarball = null }) =>
      tarball === null || tarball.includes(VERSION_MARK)
        ? tarball
        : placeOf(
            tarball.replaceAll(version, () => VERSION_MARK),
            known,
            () => undefined,
          ),
    ),
    tarballs: [...known.keys()],
  };
}

function placeOf(key: string, known: Map<string, number>, onNew: () => void): number {
  const present = known.get(key);
  if (present !== undefined) return present;
  known.set(key, known.size);
  onNew();
  return known.size - 1;
}

function distributionsOf(
  versions: readonly string[],
  { integrity, shasum, tarball, tarballs }: DistributionsLine,
): ReadonlyMap<string, Distribution> {
  const addressOf = (at: number, version: string): string | null => {
    const own = tarball[at] ?? null;
    return typeof own === "number" ? (tarballs[own]?.replaceAll(VERSION_MARK, () => version) ?? null) : own;
  };
  return new LazyMap(versions, (at, version) => ({
    tarball: addressOf(at, version),
    integrity: integrity[at] ?? null,
    shasum: shasum[at] ?? null,
  }));
}

/** A character beyond Latin-1 would double the room that the whole text takes. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function lineOf<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text), { abortEarly: true });
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** The same text, which keeps no longer one in memory. */
function ownText(text: string): string {
  return ` ${text}`.slice(1);
}
