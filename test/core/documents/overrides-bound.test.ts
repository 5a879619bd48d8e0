/** Of the overrides of one package no more are looked at than real projects have, and that there are more is reported. */
import { describe, expect, it } from "vitest";
import { readLockfile, type LockfileKind } from "../../../server/src/core/documents/index.ts";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import { runWhole } from "../../../server/src/core/task.ts";

const GIT = "git+ssh://git@github.com/o/r.git#0123456789012345678901234567890123456789";

/** As many overrides of `x`, each below another parent. */
function overridesOf(count: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { x: "1.0.0" }]));
}

const read = (kind: LockfileKind, text: string, manifest: object) =>
  runWhole(readLockfile(kind, text, { manifest: readManifest(JSON.stringify(manifest)) }));

const NPM = (range: string): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { x: range } },
      "node_modules/x": { version: "1.0.0", resolved: GIT },
    },
  });

describe("more overrides of one package than are looked at", () => {
  const told = (kind: LockfileKind, text: string, manifest: object = {}) =>
    read(kind, text, manifest).problems.map(({ message }) => message);
  const more = (where: string) => [
    `${where} has more than 64 overrides of one package (x), and only those are followed`,
  ];

  it("are reported of npm", () => {
    expect(told("package-lock", NPM("^1.0.0"), { overrides: overridesOf(64) })).toEqual([]);
    expect(told("package-lock", NPM("^1.0.0"), { overrides: overridesOf(65) })).toEqual(more("package.json"));
  });

  it("are reported of pnpm", () => {
    const text = (count: number): string =>
      `lockfileVersion: '9.0'\nimporters:\n  .: {}\noverrides:\n${Array.from({ length: count }, (_, at) => `  p${at}>x: 1.0.0\n`).join("")}`;
    expect(told("pnpm-lock", text(64))).toEqual([]);
    expect(told("pnpm-lock", text(65))).toEqual(more("it"));
  });

  it("are reported of Bun", () => {
    const resolutions = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}/x`, "1.0.0"]));
    const text = `{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"x": "^1.0.0"}}}, "packages": {"x": ["x@github:o/r#abc", {}, "o-r-abc"]}}`;
    const manifest = (count: number): object => ({ dependencies: { x: "^1.0.0" }, resolutions: resolutions(count) });
    expect(told("bun-lock", text, manifest(64))).toEqual([]);
    expect(told("bun-lock", text, manifest(65))).toEqual(more("package.json"));
  });
});

describe("a range of an override", () => {
  const range = (minor: number, count: number): string =>
    Array.from({ length: count }, (_, at) => `9.${minor}.${at}`).join("||");
  const insteadOf = (asked: string, selected: string) =>
    read("package-lock", NPM(asked), {
      dependencies: { x: asked },
      overrides: { [`x@${selected}`]: GIT },
    }).packages.map((locked) => locked.insteadOf?.name ?? null);

  it("is about those that share a version with it", () => {
    expect(insteadOf("^9.1.0", range(1, 5))).toEqual([null]);
    expect(insteadOf("^9.2.0", range(1, 5))).toEqual(["x"]);
  });

  it("with more alternatives than are compared is about those written alike, and what replaces others is reported", () => {
    const long = Array.from({ length: 200 }, (_, at) => `9.1.${at}`).join("||");
    expect(insteadOf(long, long)).toEqual([null]);
    expect(insteadOf(`${long}||9.2.0`, long)).toEqual(["x"]);
  });
});
