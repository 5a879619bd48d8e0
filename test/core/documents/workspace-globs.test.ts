/** Patterns for workspaces, and the folders that they are held against: bounded, whatever anybody writes. */
import { expect, it } from "vitest";
import { readLockfile } from "../../../server/src/core/documents/index.ts";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import {
  globsLeftOut,
  TOO_MANY_WORKSPACES,
  WorkspaceMatcher,
} from "../../../server/src/core/documents/workspace-globs.ts";
import type { Lockfile } from "../../../server/src/core/model.ts";

const numbersTo = (size: number): readonly number[] => Array.from({ length: size }, (_, index) => index);
const SLOW = numbersTo(500).map((at) => `*q*${at}z/*q*y`);
const folder = (at: number): string => `${"q".repeat(100)}${at}/${"q".repeat(100)}w`;

/** What comes of a lockfile with its manifest, and how often it paused. */
function read(kind: "package-lock" | "bun-lock", text: string, workspaces: readonly string[]) {
  const manifest = readManifest(JSON.stringify({ workspaces }));
  const task = readLockfile(kind, text, { manifest });
  for (let pauses = 0; ; pauses++) {
    const step = task.next();
    if (step.done === true) return { lockfile: step.value, pauses };
  }
}

function npmLockfile(folders: readonly string[]): string {
  const packages = Object.fromEntries(folders.map((path) => [path, { version: "1.0.0" }]));
  return JSON.stringify({ lockfileVersion: 3, packages: { "": {}, ...packages } });
}

function bunLockfile(folders: readonly string[]): string {
  const packages = Object.fromEntries(folders.map((path, at) => [`w${at}`, [`w${at}@workspace:${path}`]]));
  return JSON.stringify({ lockfileVersion: 1, workspaces: { "": {} }, packages });
}

const messages = ({ problems }: Lockfile): readonly string[] => problems.map(({ message }) => message);

it.each([
  ["package-lock", npmLockfile],
  ["bun-lock", bunLockfile],
] as const)("%s: folders that are too many for the patterns are reported", (kind, write) => {
  const folders = numbersTo(300).map(folder);
  expect(messages(read(kind, write(folders), SLOW).lockfile)).toContain(TOO_MANY_WORKSPACES);
  expect(messages(read(kind, write(folders), ["*/*"]).lockfile)).not.toContain(TOO_MANY_WORKSPACES);
  const many = numbersTo(5_000).map((at) => `packages/${at}`);
  expect(messages(read(kind, write(many), many.slice(0, 500)).lockfile)).not.toContain(TOO_MANY_WORKSPACES);
});

it("reading pauses by what the patterns take, and not by entries", () => {
  const text = npmLockfile(numbersTo(50).map(folder));
  const { pauses } = read("package-lock", text, ["packages/*"]);
  expect(read("package-lock", text, SLOW).pauses).toBeGreaterThan(pauses + 30);
});

it("a path is held against the patterns once, however often it is asked about", () => {
  const matcher = new WorkspaceMatcher(["packages/*", ...SLOW.slice(1)], "npm");
  for (let asked = 0; asked < 10_000; asked++) expect(matcher.has("packages/a") && matcher.isWhole).toBe(true);
  numbersTo(300).forEach((at) => matcher.has(folder(at)));
  expect([matcher.isWhole, matcher.has("packages/a"), matcher.has("packages/b")]).toEqual([false, true, false]);
});

it("ways to workspaces are bounded too", () => {
  const matcher = new WorkspaceMatcher(SLOW, "npm");
  expect(matcher.mayLeadTo("aq0z")).toBe(true);
  numbersTo(300).forEach((at) => matcher.mayLeadTo(folder(at)));
  expect([matcher.isWhole, matcher.mayLeadTo("aq0z")]).toEqual([false, false]);
});

it("names that are too many for the negated patterns before them are left out, and counted", () => {
  const slow = numbersTo(250).map((at) => `!*q*q${at}z`);
  const names = numbersTo(250).map((at) => `${"q".repeat(190)}${at}`);
  expect(globsLeftOut([...slow, ...names], "npm")).toBeGreaterThan(200);
  expect(globsLeftOut([...names.map((name) => `!${name}`), ...names], "npm")).toBe(0);
  expect(globsLeftOut([...slow.slice(0, 5), ...names.slice(0, 200)], "npm")).toBe(0);
});
