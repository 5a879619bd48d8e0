/** Ports in memory over a compact world, which note what they are asked. */
import { openCatalogue } from "../../../server/src/core/catalogue/catalogue.ts";
import { affects } from "../../../server/src/core/facts/affects.ts";
import type { Advisory } from "../../../server/src/core/facts/advisory.ts";
import { known, unknown } from "../../../server/src/core/facts/fact.ts";
import { advisoryFrom, osvRecordFrom } from "../../../server/src/core/facts/osv.ts";
import type {
  Advisories,
  Catalogue,
  Files,
  History,
  Ports,
  Registry,
  ReleaseRef,
  UserSettings,
} from "../../../server/src/core/ports.ts";
import { join } from "../../../server/src/core/util/uri.ts";
import { merged } from "../../../server/src/io/advisories.ts";
import { malware, vulnerability } from "../../fakes/osv-records.ts";
import { packumentOf, publishedAt } from "./packages.ts";
import { readWorld } from "./schema.ts";
import type { AdvisoryInput, World, WorldInput } from "./schema.ts";

export const FOLDER = "file:///app";
const NPMJS = { url: "https://registry.npmjs.org/", isPublic: true };
const PRIVATE = { url: "https://npm.example.com/", isPublic: false };

export interface Commit {
  /** Path below the project's folder. */
  readonly path: string;
  readonly at: string;
  readonly text: string;
}

export interface TestInput {
  readonly world: WorldInput;
  /** By path below the project's folder. */
  readonly files: ReadonlyMap<string, string>;
  readonly commits?: readonly Commit[];
  readonly now: string;
  readonly asOf?: boolean;
  /** Without: nothing beside the project says anything. */
  readonly userSettings?: UserSettings;
}

export interface TestPorts extends Ports {
  /** What was asked, in order: `full axios`, `abbreviated axios`, `tarball axios@1.0.0`, `advisories axios@1.0.0`, … */
  readonly calls: string[];
  /** May be changed between two inspections. */
  readonly texts: Map<string, string>;
}

export function testPorts({
  world: input,
  files,
  commits = [],
  now,
  asOf = false,
  userSettings = { places: null, env: {} },
}: TestInput): TestPorts {
  const world = readWorld(input);
  const calls: string[] = [];
  const texts = new Map(files);
  const catalogue = catalogueOf(world);
  return {
    calls,
    texts,
    registry: registryOf(world, calls, Date.parse(now)),
    advisories: advisoriesOf(world, catalogue, calls),
    catalogue,
    files: filesOf(texts, calls),
    history: historyOf(commits, calls),
    userSettings,
    clock: {
      now: () => Date.parse(now),
      asOf: asOf ? Date.parse(now) : null,
      elapsed: () => performance.now(),
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    },
    log: { info: () => undefined, warn: () => undefined },
  };
}

export function uriOf(path: string): string {
  return join(FOLDER, path);
}

export function pathOf(uri: string): string {
  return uri
    .slice(FOLDER.length + 1)
    .split("/")
    .map(decodeURIComponent)
    .join("/");
}

function registryOf(world: World, calls: string[], fetchedAt: number): Registry {
  return {
    resolve: (name) => Promise.resolve(world.private.some((start) => name.startsWith(start)) ? PRIVATE : NPMJS),
    resolveNamed: () => Promise.resolve(PRIVATE),
    packument: async (ref, detail, cancel) => {
      cancel.throwIfAborted();
      if (ref.registry.refused !== undefined) return unknown("refused", ref.registry.refused);
      calls.push(`${detail} ${ref.name}`);
      await Promise.resolve();
      return packumentOf(world, ref.name, { detail, url: ref.registry.url, fetchedAt });
    },
    tarballModified: (ref, _tarball, cancel) => {
      cancel.throwIfAborted();
      calls.push(`tarball ${nameOf(ref)}`);
      const at = publishedAt(world, ref.name, ref.version);
      if (world.undatedTarballs || at === null)
        return Promise.resolve(unknown("not-stated", `${new URL(ref.registry.url).host} does not date its tarballs`));
      return Promise.resolve(known(at));
    },
  };
}

function advisoriesOf(world: World, catalogue: Catalogue, calls: string[]): Advisories {
  return {
    lookup: (releases, cancel) => {
      cancel.throwIfAborted();
      calls.push(`advisories ${releases.map(nameOf).join(" ")}`);
      const { advisoriesDown } = world;
      return Promise.resolve(
        releases.map((release) => ({
          found: merged([
            ...catalogue.advisories(release.name, release.version),
            ...(advisoriesDown === null && release.registry.isPublic
              ? world.advisories.flatMap((entry) => advisory(entry, release))
              : []),
          ]),
          missing: missing(world, release),
        })),
      );
    },
  };
}

function missing(world: World, { registry }: ReleaseRef) {
  if (registry.refused !== undefined) return [unknown("refused", registry.refused)];
  if (!registry.isPublic)
    return [
      unknown(
        "private",
        `names from ${new URL(registry.url).host} are not sent to advisory services, and it has no advisories of its own`,
      ),
    ];
  return world.advisoriesDown === null ? [] : [unknown(...world.advisoriesDown)];
}

/** Through the core's reader of OSV records. */
function advisory(entry: AdvisoryInput, release: ReleaseRef): readonly Advisory[] {
  if (entry.package !== release.name) return [];
  const { id, versions, ranges, published, aliases = [], summary, cwe = [] } = entry;
  const dates = {
    published: new Date(published).toISOString(),
    aliases,
    ...(summary === undefined ? {} : { summary }),
  };
  const raw = id.startsWith("MAL-")
    ? malware(id, entry.package, versions, dates)
    : vulnerability(id, entry.package, {
        ...dates,
        cwe,
        ...(versions === ">=0" ? { ranges: [{ introduced: "0" }] } : { versions, ranges }),
      });
  const record = osvRecordFrom(raw);
  const found = record === null ? null : advisoryFrom(record, release.name);
  if (found === null) throw new Error(`${id} is no advisory`);
  return affects(found.affected, release.version) ? [found] : [];
}

function catalogueOf(world: World): Catalogue {
  if (world.catalogue === "bundled") return openCatalogue();
  const entries = world.catalogue;
  const naming = (name: string, version: string) =>
    entries.filter((entry) => entry.package === name && entry.versions.includes(version));
  return {
    asOf: Date.parse("2026-01-01"),
    advisories: (name, version) =>
      naming(name, version).map(({ id, title, versions, knownSince }) => ({
        id,
        aliases: [],
        source: "catalogue",
        malware: true,
        summary: title,
        url: null,
        published: Date.parse(knownSince),
        affected: { versions, ranges: [] },
      })),
    lastGood: (name, version) => naming(name, version)[0]?.lastGood ?? null,
    disputed: (name, version) => world.disputed[`${name}@${version}`] ?? null,
  };
}

function filesOf(texts: ReadonlyMap<string, string>, calls: string[]): Files {
  return {
    read: (uri, cancel) => {
      cancel.throwIfAborted();
      calls.push(`read ${pathOf(uri)}`);
      const text = texts.get(pathOf(uri));
      return Promise.resolve(text === undefined ? unknown("not-found", "no such file") : known(text));
    },
    list: (folder, cancel) => {
      cancel.throwIfAborted();
      if (texts.has(pathOf(folder))) return Promise.resolve(unknown("not-found", "no such folder"));
      const start = folder === FOLDER ? "" : `${pathOf(folder)}/`;
      const names = new Map<string, boolean>();
      const isAround = folder === FOLDER || folder.startsWith(`${FOLDER}/`);
      for (const path of isAround ? texts.keys() : []) {
        if (!path.startsWith(start)) continue;
        const end = path.indexOf("/", start.length);
        names.set(end === -1 ? path.slice(start.length) : path.slice(start.length, end), end !== -1);
      }
      return Promise.resolve(known([...names].map(([name, isFolder]) => ({ name, isFolder }))));
    },
  };
}

function historyOf(commits: readonly Commit[], calls: string[]): History {
  const newest = (uri: string, moment = Infinity) =>
    commits
      .filter(({ path, at }) => path === pathOf(uri) && Date.parse(at) <= moment)
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  const none = unknown("not-found", "git holds no such file");
  return {
    committed: (uri, cancel) => {
      cancel.throwIfAborted();
      calls.push(`committed ${pathOf(uri)}`);
      const found = newest(uri);
      return Promise.resolve(found === undefined ? none : known(found.text));
    },
    committedBy: (uri, moment, cancel) => {
      cancel.throwIfAborted();
      calls.push(`committed ${pathOf(uri)} by ${new Date(moment).toISOString()}`);
      const found = newest(uri, moment);
      return Promise.resolve(found === undefined ? none : known({ text: found.text, at: Date.parse(found.at) }));
    },
  };
}

function nameOf({ name, version }: ReleaseRef): string {
  return `${name}@${version}`;
}
