/**
 * Releases of packages as their git repositories tell them, where no registry is to be asked:
 * `npx tsx test/replay/tools/from-git.ts OUT NAME=GITDIR[:FOLDER]…` writes files of ordinary releases into OUT. A release is a
 * version that package.json took: as its tag has it, or else the commit that set it; its time is that of the commit.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compare, prerelease, valid } from "semver";
import { ownText, recordOf, type RawRecord } from "../../../server/src/core/facts/raw.ts";
import { written } from "../data.ts";
import { deltas, releaseData, spread, type Timed } from "./trim.ts";

/** Releases before that day are compared with, and not judged: scripts were written otherwise then. */
const SINCE = "2022-01-01";
const MOST_JUDGED = 30;
const LONGEST = 1 << 29;

export interface Source {
  readonly gitDir: string;
  /** Path of the manifest. */
  readonly path: string;
}

function main(): void {
  const [out, ...named] = process.argv.slice(2);
  if (out === undefined) throw new Error("where to?");
  mkdirSync(out, { recursive: true });
  for (const one of named) {
    const [, name, gitDir, folder] = /^([^=]+)=([^:]+)(?::(.+))?$/.exec(one) ?? [];
    if (name === undefined || gitDir === undefined) throw new Error(`${one}: not NAME=GITDIR[:FOLDER]`);
    const path = folder === undefined ? "package.json" : `${folder}/package.json`;
    process.stdout.write(`${name}: ${write(out, name, { gitDir, path })}\n`);
  }
}

/** How many releases are to be judged. */
function write(out: string, name: string, source: Source): number {
  const found = releasesIn(name, source);
  const versions = Object.fromEntries([...found].map(([version, { manifest }]) => [version, manifest]));
  const all: readonly Timed[] = [...found]
    .map(([version, { at }]) => ({ version, at }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : compare(a.version, b.version)));
  const judged = spread(
    all.filter(({ at }) => at >= SINCE),
    MOST_JUDGED,
  );
  if (judged.length === 0) return 0;
  const packages = { [name]: deltas(all.map((one) => [one.version, releaseData({ versions }, one)])) };
  const data = { package: name, judged: judged.map(({ version }) => version), leftOut: 0, packages };
  writeFileSync(join(out, `${name.replace("/", "__")}.json`), written(data));
  return judged.length;
}

export interface Release {
  /** ISO 8601. */
  readonly at: string;
  readonly manifest: RawRecord;
}

/** Stable versions by the first commit that has them; a tag of that version goes before it. */
export function releasesIn(name: string, source: Source): ReadonlyMap<string, Release> {
  const log = git(source, ["log", "--reverse", "--format=%H %ct", "--", source.path]);
  const short = name.slice(name.indexOf("/") + 1);
  // An annotated tag is an object of its own, and stands for the commit behind it.
  const format =
    "%(if)%(*objectname)%(then)%(*objectname) %(*committerdate:unix)%(else)%(objectname) %(committerdate:unix)%(end) %(refname:short)";
  const tags = git(source, ["for-each-ref", `--format=${format}`, "refs/tags"])
    .split("\n")
    .filter((line) => tagged(line.split(" ")[2] ?? "", [name, short]) !== null);
  const found = new Map<string, Release>();
  // The order decides: what a tag says first.
  const commits = [...tags, ...log.split("\n")].filter((line) => line !== "").map((line) => line.split(" "));
  const manifests = manifestsAt(
    source,
    commits.map(([hash = ""]) => hash),
  );
  for (const [at, [, seconds = "", tag]] of commits.entries()) {
    const manifest = manifests[at] ?? null;
    const version = manifest === null ? null : ownText(manifest, "version");
    if (manifest === null || version === null || ownText(manifest, "name") !== name) continue;
    if (valid(version) === null || prerelease(version) !== null || found.has(version)) continue;
    if (tag !== undefined && tagged(tag, [name, short]) !== version) continue;
    found.set(version, { at: new Date(Number(seconds) * 1000).toISOString(), manifest });
  }
  return found;
}

/** The version that a tag names: `v1.2.3`, `1.2.3`, `name@1.2.3`, `name-v1.2.3`; null for another tag. */
function tagged(tag: string, names: readonly string[]): string | null {
  const rest = names.map((name) => [`${name}@`, `${name}-`].find((start) => tag.startsWith(start)) ?? "");
  const start = rest.reduce((longest, one) => (one.length > longest.length ? one : longest), "");
  return valid(tag.slice(start.length));
}

/** null where there is none, or it is no JSON. */
function manifestsAt({ gitDir, path }: Source, hashes: readonly string[]): readonly (RawRecord | null)[] {
  const out = execFileSync("git", [...safely(gitDir), "cat-file", "--batch"], {
    input: hashes.map((hash) => `${hash}:${path}\n`).join(""),
    maxBuffer: LONGEST,
  });
  const manifests: (RawRecord | null)[] = [];
  let at = 0;
  while (at < out.length) {
    const end = out.indexOf("\n", at);
    const size = / blob (\d+)$/.exec(out.subarray(at, end).toString())?.[1];
    at = end + 1;
    if (size === undefined) {
      manifests.push(null);
      continue;
    }
    manifests.push(parsed(out.subarray(at, at + Number(size)).toString()));
    at += Number(size) + 1;
  }
  return manifests;
}

function parsed(text: string): RawRecord | null {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function git({ gitDir }: Source, words: readonly string[]): string {
  return execFileSync("git", [...safely(gitDir), ...words], { encoding: "utf8", maxBuffer: LONGEST });
}

/** Nothing of the repository is run, and nothing is fetched. */
function safely(gitDir: string): readonly string[] {
  return ["-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "--no-pager", "--git-dir", gitDir];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
