/** `.gitignore` files in a search, held against git itself. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findDocuments, type Ignored } from "../../server/src/io/walk.ts";
import { Sandbox } from "../setup/sandbox.ts";

const NEVER = new AbortController().signal;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.remove());

interface Found {
  readonly files: readonly string[];
  readonly ignored: { readonly folders: readonly string[]; readonly files: readonly string[] };
  readonly unheeded: readonly string[];
  readonly problems: readonly string[];
}

async function found(...paths: readonly string[]): Promise<Found> {
  let left: Ignored = { folders: [], files: [], unheeded: [] };
  const root = sandbox.project;
  const options = {
    isDocument: (name: string) => name === "package.json" || name === "yarn.lock",
    exclude: [],
    onIgnored: (ignored: Ignored) => void (left = ignored),
  };
  const { files, problems } = await findDocuments(
    paths.map((path) => join(root, path)),
    options,
    NEVER,
  );
  const below = (path: string): string => relative(root, path);
  return {
    files: files.map(below),
    ignored: { folders: left.folders.map(below).sort(), files: left.files.map(below).sort() },
    unheeded: left.unheeded.map(({ path, reason }) => `${below(path)}: ${reason}`),
    problems: problems.map(({ path }) => below(path)),
  };
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(sandbox.project, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
}

function git(...args: readonly string[]): string {
  return execFileSync("git", ["-c", "core.excludesFile=", ...args], { cwd: sandbox.project, encoding: "utf8" });
}

describe("as git does", () => {
  const TREE = [
    "",
    "a/",
    "a/b/",
    "a/b/c/",
    "x/a/",
    "x/a/b/",
    "x/y/z/",
    "build/",
    "build/keep/",
    "build/drop/",
    "sp ace/",
    "[q]/",
    ".hid/",
  ];
  test.each<[string, Readonly<Record<string, string>>]>([
    ["a folder", { ".gitignore": "a/\n" }],
    ["a folder at the root alone", { ".gitignore": "/a/\n" }],
    ["a path", { ".gitignore": "x/a\n" }],
    ["a name without a slash is at every depth", { ".gitignore": "b\n" }],
    ["files by name", { ".gitignore": "yarn.lock\n" }],
    ["files by a star", { ".gitignore": "*.lock\n!x/**/yarn.lock\n" }],
    ["what is in a folder, but for one", { ".gitignore": "/build/*\n!/build/keep/\n" }],
    ["a folder that is left out cannot be entered again", { ".gitignore": "build/\n!build/keep/\n" }],
    ["the last that matches wins", { ".gitignore": "a\n!a\n*.json\n!package.json\nx\n" }],
    ["a file further down wins", { ".gitignore": "/x/y\n", "x/.gitignore": "!y\n" }],
    ["and what is below stays, by the rules above", { ".gitignore": "/x/y\nz\n", "x/.gitignore": "!y\n!z\n" }],
    ["a file further down leaves out only what is below it", { "x/.gitignore": "/a\n", "build/.gitignore": "*\n" }],
    ["a file that takes itself back", { "build/.gitignore": "*\n!.gitignore\n!keep/\n!keep/*\n" }],
    ["globstars", { ".gitignore": "**/b\nx/**/z\n" }],
    ["a globstar at the end", { ".gitignore": "a/**\n!a/b/\n" }],
    ["classes, escapes and spaces", { ".gitignore": "\\[q\\]\nsp\\ ace\n[x-z]/\n" }],
    ["spaces at the end and comments", { ".gitignore": "# a\n\n\\#b\na/   \n   \n" }],
    ["carriage returns and a byte order mark", { ".gitignore": "\uFEFFa/\r\nbuild\r\n" }],
    ["letter case counts", { ".gitignore": "BUILD\nA/\n" }],
    ["a folder's pattern for a file", { ".gitignore": "package.json/\n" }],
    ["dots", { ".gitignore": ".hid\n./a\n../x\n" }],
    ["everything", { ".gitignore": "*\n" }],
    ["everything but folders and manifests", { ".gitignore": "*\n!*/\n!package.json\n" }],
    ["braces and brackets that are open", { ".gitignore": "{a,b}\n[a\n(x)\nbuild$\n" }],
  ])("%s", async (_what, rules) => {
    for (const folder of TREE) write({ [`${folder}package.json`]: "{}", [`${folder}yarn.lock`]: "" });
    write(rules);
    git("init", "-q");
    const listed = git("ls-files", "-z", "--others", "--exclude-standard").split("\0");
    const expected = listed.filter((path) => /(?:^|\/)(?:package\.json|yarn\.lock)$/.test(path)).sort();
    const { files, unheeded } = await found(".");
    expect(files).toEqual(expected);
    expect(unheeded).toEqual([]);
    // Each folder by itself, too: the files above it count.
    for (const folder of TREE.slice(1)) {
      const own = expected.filter((path) => path.startsWith(folder));
      if (own.length > 0) expect((await found(folder)).files).toEqual(own);
    }
  });

  test("another repository inside is not under the rules around it", async () => {
    write({ ".gitignore": "yarn.lock\n", "in/yarn.lock": "", "in/.git/HEAD": "", "yarn.lock": "" });
    expect((await found(".")).files).toEqual(["in/yarn.lock"]);
  });
});

test("what is left out is told: folders, and files of the names looked for", async () => {
  write({
    ".gitignore": "out/\nyarn.lock\n*.txt\nnode_modules/\n",
    "out/package.json": "{}",
    "yarn.lock": "",
    "notes.txt": "",
    "node_modules/x/package.json": "{}",
  });
  expect((await found(".")).ignored).toEqual({ folders: ["out"], files: ["yarn.lock"] });
});

test("what is named itself is read: a file, and a folder with all in it but what its own file leaves out", async () => {
  write({
    ".gitignore": "out/\nyarn.lock\n",
    ".git/HEAD": "",
    "out/package.json": "{}",
    "out/deep/yarn.lock": "",
    "out/.gitignore": "low\n",
    "out/low/package.json": "{}",
    "yarn.lock": "",
  });
  expect(await found("yarn.lock")).toMatchObject({ files: ["yarn.lock"], ignored: { files: [] } });
  expect((await found("out")).files).toEqual(["out/deep/yarn.lock", "out/package.json"]);
  expect(await found(".", "out", "yarn.lock")).toMatchObject({
    files: ["out/deep/yarn.lock", "out/package.json", "yarn.lock"],
    ignored: { folders: ["out/low"], files: [] },
  });
});

test("without a repository, files above the folder that is named do not count", async () => {
  write({ ".gitignore": "yarn.lock\n", "in/yarn.lock": "" });
  expect((await found("in")).files).toEqual(["in/yarn.lock"]);
  expect((await found(".")).files).toEqual([]);
});

test("without a word for what is left out, nothing is", async () => {
  write({ ".gitignore": "*\n", "yarn.lock": "" });
  const options = { isDocument: (name: string) => name === "yarn.lock", exclude: [] };
  expect((await findDocuments([sandbox.project], options, NEVER)).files).toHaveLength(1);
});

describe("files that cannot be heeded leave more to be searched, and that is told", () => {
  test.each<[string, string | Buffer, string | null]>([
    ["too large", "a\n".repeat(600_000), "larger than 1 MB"],
    ["too many patterns", "a\n".repeat(3000), "it has more than 2,000 patterns"],
    [
      "a pattern of many stars is left alone",
      `${"*a".repeat(30)}\nyarn.lock\n`,
      "1 pattern with more stars or letters than are looked at",
    ],
    [
      "one that takes back: none of the file holds",
      `*\n!${"*a".repeat(30)}\n`,
      "a pattern with ! has more stars or letters than are looked at",
    ],
    ["no text", Buffer.from([0xff, 0xfe, 0, 1, 2]), null],
  ])("%s", async (_what, text, why) => {
    write({ "package.json": "{}" });
    writeFileSync(join(sandbox.project, ".gitignore"), text);
    const { files, unheeded, problems } = await found(".");
    expect(files).toEqual(["package.json"]);
    expect(unheeded).toEqual(why === null ? [] : [`.gitignore: ${why}`]);
    expect(problems).toEqual([]);
  });

  test("a link, as git has it, and a folder of that name", async () => {
    write({ "rules.txt": "*\n", "package.json": "{}", "in/.gitignore/x": "", "in/package.json": "{}" });
    symlinkSync("rules.txt", join(sandbox.project, ".gitignore"));
    expect(await found(".")).toMatchObject({ files: ["in/package.json", "package.json"], unheeded: [] });
  });
});

test("patterns made to be slow, and names made for them, take no time", async () => {
  const name = "a".repeat(250);
  const deep = Array.from({ length: 400 }, () => "a").join("/");
  write({
    ".gitignore": [
      "*a*b",
      "**/a/**/b",
      `a/**/${"?".repeat(200)}b`,
      "[a-z]*[a-z]*x",
      "b*".repeat(500),
      "a*/a*/a*/a*/b",
    ].join("\n"),
    [`${name}/package.json`]: "{}",
    [`${deep}/package.json`]: "{}",
  });
  for (let index = 0; index < 200; index++) mkdirSync(join(sandbox.project, `${name.slice(3)}${index}`));
  const started = performance.now();
  const { files } = await found(".");
  expect(performance.now() - started).toBeLessThan(5000);
  expect(files).toHaveLength(2);
});
