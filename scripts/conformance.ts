/**
 * Compares the lockfile readers with lists of what the formats' own parsers find.
 *
 *   npx tsx scripts/conformance.ts FOLDER
 *
 * For every FILE in the folder or below it that has a FILE.expected.json beside it (the sorted list of registry
 * `name@version`, each once), prints what is missing and what is too much. A list that is an object instead says that
 * the format's parser refuses the file; then the reader has to name a problem. Exit status 1 on any difference.
 */
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { documentKind, readLockfile } from "../server/src/core/documents/index.ts";
import { readManifest } from "../server/src/core/documents/manifest.ts";
import { runWhole } from "../server/src/core/task.ts";
import type { Lockfile } from "../server/src/core/model.ts";

const SUFFIX = ".expected.json";
const SHOWN = 20;

interface Count {
  files: number;
  packages: number;
  different: number;
}

function main(folder: string): number {
  const counts = new Map<string, Count>();
  const unread = new Map<string, number>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!name.endsWith(SUFFIX)) continue;
    const file = join(folder, name.slice(0, -SUFFIX.length));
    const kind = documentKind(basename(file));
    if (kind === null || kind === "package-json") {
      unread.set(basename(file), (unread.get(basename(file)) ?? 0) + 1);
      continue;
    }
    const lockfile = read(kind, file);
    const problems = differences(
      lockfile,
      JSON.parse(readFileSync(join(folder, name), "utf8")),
      readFileSync(file, "utf8"),
    );
    const format = `${lockfile.format} ${lockfile.formatVersion}`;
    const count = counts.get(format) ?? { files: 0, packages: 0, different: 0 };
    counts.set(format, count);
    count.files++;
    count.packages += lockfile.packages.length;
    if (problems.length === 0) continue;
    count.different++;
    console.log(
      `${relative(folder, file)}\n${problems
        .slice(0, SHOWN)
        .map((line) => `  ${line}`)
        .join("\n")}`,
    );
    if (problems.length > SHOWN) console.log(`  and ${problems.length - SHOWN} more`);
  }
  let different = 0;
  for (const [format, count] of [...counts].toSorted()) {
    console.log(`${format}: ${count.files} files, ${count.packages} places, ${count.different} files that differ`);
    different += count.different;
  }
  for (const [name, files] of unread) console.log(`${name}: ${files} files, no reader yet`);
  if (counts.size === 0) console.log("nothing was compared");
  return different > 0 || counts.size === 0 ? 1 : 0;
}

function read(kind: Parameters<typeof readLockfile>[0], file: string): Lockfile {
  let manifest = null;
  try {
    manifest = readManifest(readFileSync(join(dirname(file), "package.json"), "utf8"));
  } catch {
    // Not every lockfile has its manifest beside it.
  }
  return runWhole(readLockfile(kind, readFileSync(file, "utf8"), manifest === null ? {} : { manifest }));
}

/** js-yaml reads it, and pnpm 11 wrote it; pnpm 12 ignores the whole file for it. */
const WITHOUT_HASH = /^ +resolution: \{\}$/m;
const REFUSED = "it has a value for which pnpm may ignore the whole file";

function differences(lockfile: Lockfile, expected: unknown, text: string): string[] {
  if (!Array.isArray(expected)) return lockfile.problems.length > 0 ? [] : ["expected a problem, found none"];
  const wanted = new Set(expected.map(String));
  const found = new Set<string>();
  const misplaced: string[] = [];
  const isWithoutHash = WITHOUT_HASH.test(text);
  for (const { source, name, version, versionSpan } of lockfile.packages) {
    if (text.slice(versionSpan.start, versionSpan.end) !== version) misplaced.push(`misplaced ${name}@${version}`);
    if (source === "registry") found.add(`${name}@${version}`);
  }
  return [
    ...lockfile.problems
      .filter(({ kind, message }) => kind !== "conflict" && !(isWithoutHash && message === REFUSED))
      .map(({ kind, message }) => `${kind}: ${message}`),
    ...misplaced,
    ...[...wanted].filter((entry) => !found.has(entry)).map((entry) => `missing   ${entry}`),
    ...[...found].filter((entry) => !wanted.has(entry)).map((entry) => `too much  ${entry}`),
  ];
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: npx tsx scripts/conformance.ts FOLDER");
  process.exitCode = 2;
} else {
  process.exitCode = main(folder);
}
