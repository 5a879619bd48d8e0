/**
 * Draws the names of the held-out list by the rule in docs/replay.md, and asks nobody:
 * `npx tsx test/replay/tools/draw.ts LOCKFILE…` writes `test/replay/held-out/packages.txt`. The lockfiles are npm's, of
 * version 2 or 3; docs/replay.md names them.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { npmHighImpact } from "npm-high-impact";
import { ordinaryPackages } from "../data.ts";
import { ownRecord, recordOf } from "../../../server/src/core/facts/raw.ts";

export const EVERY = 150;
export const FIRST_RANK = 75;

/** What of a list is wanted, in the order in which it is to be fetched. */
export interface Drawn {
  readonly withScript: readonly string[];
  readonly without: readonly string[];
}

export interface DrawInput {
  /** Widely used packages, the most used first. */
  readonly ranked: readonly string[];
  /** Texts of package-lock.json files. */
  readonly lockfiles: readonly string[];
  /** Names of the tuned list. */
  readonly tuned: ReadonlySet<string>;
}

/** @throws on a lockfile that is not of version 2 or 3 */
export function draw({ ranked, lockfiles, tuned }: DrawInput): Drawn {
  const marked = new Set(lockfiles.flatMap(markedIn));
  const isWanted = (name: string): boolean =>
    !tuned.has(name) && !READ.has(name) && !name.startsWith("@types/") && !PLATFORM.test(name);
  return {
    withScript: [...marked].filter(isWanted).sort(),
    without: ranked
      .filter((_, at) => at >= FIRST_RANK - 1 && (at - FIRST_RANK + 1) % EVERY === 0)
      .filter((name) => isWanted(name) && !marked.has(name)),
  };
}

/** Whose scripts over the years were read while the comparison of scripts was mended. */
const READ: ReadonlySet<string> = new Set([
  ...["@mapbox/node-pre-gyp", "@parcel/watcher", "@serialport/bindings-cpp", "bufferutil", "couchbase", "deasync"],
  ...["husky", "kerberos", "keytar", "leveldown", "node-gyp-build", "node-hid", "node-pre-gyp", "node-sass", "nodegit"],
  ...["oracledb", "serialport", "ssh2", "usb", "utf-8-validate", "zeromq"],
]);

/** A package that holds a program for one platform: its releases say no more than those of the package that they are for. */
const PLATFORM = /(?:android|darwin|freebsd|linux|linuxmusl|netbsd|openbsd|sunos|win32|windows|aix)-(?:\w+)/;

/** Names of registry packages that a lockfile marks as running an install script. */
function markedIn(text: string): readonly string[] {
  const lockfile = recordOf(JSON.parse(text));
  const entries = lockfile === null ? null : ownRecord(lockfile, "packages");
  if (entries === null) throw new Error("a lockfile without packages: not of version 2 or 3");
  return Object.entries(entries).flatMap(([path, value]) => {
    const entry = recordOf(value);
    const start = path.lastIndexOf(INSTALLED);
    if (start === -1 || entry?.["hasInstallScript"] !== true || entry["link"] === true) return [];
    const { name = path.slice(start + INSTALLED.length), resolved } = entry;
    const isFromRegistry = resolved === undefined || (typeof resolved === "string" && /^https?:.*\/-\//.test(resolved));
    return isFromRegistry && typeof name === "string" ? [name] : [];
  });
}

const INSTALLED = "node_modules/";

/** The two parts in one file; `#` begins a comment. */
export function writtenList({ withScript, without }: Drawn): string {
  return [`# ${WITH_SCRIPT}`, ...withScript, `# ${WITHOUT}`, ...without, ""].join("\n");
}

/** @throws on a file that `writtenList` did not write */
export function readList(text: string): Drawn {
  const lines = text.split("\n").filter((line) => line !== "");
  const [first, second] = [lines.indexOf(`# ${WITH_SCRIPT}`), lines.indexOf(`# ${WITHOUT}`)];
  if (first !== 0 || second === -1) throw new Error("not a drawn list");
  return { withScript: lines.slice(1, second), without: lines.slice(second + 1) };
}

const WITH_SCRIPT = "Marked with an install script.";
const WITHOUT = "Not marked.";

function main(): void {
  const files = process.argv.slice(2);
  if (files.length === 0) throw new Error("which lockfiles?");
  const folder = new URL("../held-out/", import.meta.url);
  const tuned = new Set(ordinaryPackages("ordinary").map((one) => one.package));
  const list = draw({
    ranked: npmHighImpact,
    lockfiles: files.map((file) => readFileSync(file, "utf8")),
    tuned,
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("packages.txt", folder), writtenList(list));
  process.stdout.write(`${list.withScript.length} marked, ${list.without.length} not\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
