/**
 * Reading lockfiles with positions, next to what the format's own parser takes for the same text, turn by turn. Each format
 * in a process of its own: what a compiler has seen of others would slow down the one or the other.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import * as classic from "@yarnpkg/lockfile";
import { parseSyml } from "@yarnpkg/parsers";
import { load } from "js-yaml";
import type { LockfileKind } from "../server/src/core/documents/index.ts";
import { shipped } from "./shipped.ts";
import { bunOf, lockfileOf, pnpmOf, yarnBerryOf, yarnClassicOf } from "./projects.ts";
import { median, type Row } from "./table.ts";

const SIZES = [1000, 5000, 20_000];

interface Contest {
  readonly title: string;
  readonly kind: LockfileKind;
  readonly make: (count: number) => string;
  readonly reference: string;
  readonly parse: (text: string) => unknown;
  /** The ratio of times aimed at. */
  readonly target: string;
}

const CONTESTS: readonly Contest[] = [
  {
    title: "package-lock",
    kind: "package-lock",
    make: (count) => lockfileOf(count).text,
    reference: "JSON.parse",
    parse: (text) => JSON.parse(text) as unknown,
    target: "≤ 3",
  },
  // Bun's own text has commas that JSON.parse refuses: it is given the text without them.
  {
    title: "bun.lock",
    kind: "bun-lock",
    make: bunOf,
    reference: "JSON.parse",
    parse: (text) => JSON.parse(text) as unknown,
    target: "≤ 3",
  },
  {
    title: "pnpm-lock 9.0",
    kind: "pnpm-lock",
    make: pnpmOf,
    reference: "js-yaml",
    parse: (text) => load(text),
    target: "≤ 0.5",
  },
  {
    title: "yarn.lock, Yarn 1",
    kind: "yarn-lock",
    make: yarnClassicOf,
    reference: "@yarnpkg/lockfile",
    parse: (text) => classic.parse(text),
    target: "≤ 0.33",
  },
  {
    title: "yarn.lock, Yarn 4",
    kind: "yarn-lock",
    make: yarnBerryOf,
    reference: "@yarnpkg/parsers",
    parse: (text) => parseSyml(text),
    target: "≤ 0.33",
  },
];

const { readLockfile, runWhole, LineIndex } = shipped();

/** Rounds for the compiler to warm up. */
const WARM_UP = 5;
const ROUNDS = 15;

export async function readerRows(sizes: readonly number[] = SIZES): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { title } of CONTESTS) rows.push(...(await inOwnProcess(title, sizes)));
  return rows;
}

async function inOwnProcess(title: string, sizes: readonly number[]): Promise<readonly Row[]> {
  const child = fork(new URL("reader-process.ts", import.meta.url), [title, ...sizes.map(String)]);
  const rows: Row[] = [];
  child.on("message", (message) => rows.push(...(message as readonly Row[])));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${title}: measuring ended with ${String(code)}`);
  return rows;
}

export function rowsOfFormat(title: string, sizes: readonly number[]): readonly Row[] {
  return CONTESTS.filter((contest) => contest.title === title).flatMap((contest) =>
    sizes.flatMap((count) => rowsOf(contest, count)),
  );
}

function rowsOf({ title, kind, make, reference, parse, target }: Contest, count: number): readonly Row[] {
  const text = make(count);
  const theirs = reference === "JSON.parse" ? text.replace(/,(\s*[}\]])/g, "$1") : text;
  const megabytes = Buffer.byteLength(text) / 1e6;
  const own: number[] = [];
  const other: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const first = timed(() => positionsOf(kind, text, count));
    const second = timed(() => parse(theirs));
    if (round < 0) continue;
    own.push(first);
    other.push(second);
  }
  const speed = (times: readonly number[]): readonly number[] => times.map((ms) => (megabytes / ms) * 1000);
  const what = `${title}, ${count.toLocaleString("en-US")} packages, ${megabytes.toFixed(1)} MB`;
  return [
    { what: `${what}: read with positions`, unit: "MB/s", samples: speed(own), target: "" },
    { what: `${what}: ${reference}`, unit: "MB/s", samples: speed(other), target: "" },
    { what: `${what}: ratio of times`, unit: "×", samples: own.map((ms) => ms / median(other)), target },
  ];
}

/** Throws when it has not read every package: a fast reader that reads nothing would win. */
function positionsOf(kind: LockfileKind, text: string, count: number): number {
  const { packages, problems } = runWhole(readLockfile(kind, text));
  if (packages.length !== count || problems.length > 0)
    throw new Error(`${kind}: ${packages.length} of ${count} packages, ${JSON.stringify(problems)}`);
  const lines = new LineIndex(text);
  let sum = 0;
  for (const { versionSpan } of packages) sum += lines.rangeOf(versionSpan).start.line;
  return sum;
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
