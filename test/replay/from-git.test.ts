/** Releases as a repository tells them: a tag's manifest goes before that of the commit that set the version. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { releasesIn } from "./tools/from-git.ts";

const folder = mkdtempSync(join(tmpdir(), "depwarden-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function git(day: number, ...words: readonly string[]): void {
  const at = `2026-01-0${day}T00:00:00Z`;
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", "-C", folder, ...words], {
    env: { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at, GIT_CONFIG_GLOBAL: "/dev/null" },
  });
}

function commit(day: number, manifest: object | string): void {
  mkdirSync(join(folder, "own"), { recursive: true });
  writeFileSync(
    join(folder, "own", "package.json"),
    typeof manifest === "string" ? manifest : JSON.stringify({ name: "@a/own", ...manifest }),
  );
  git(day, "add", "-A");
  git(day, "commit", "-q", "-m", `day ${day}`);
}

it("lists stable versions with their manifests and times", () => {
  git(1, "init", "-q", "-b", "main");
  commit(1, { version: "1.0.0", scripts: { install: "first" } });
  commit(2, { version: "1.0.0", scripts: { install: "later" } });
  commit(3, { version: "1.1.0-beta.1" });
  commit(4, { version: "1.1.0", scripts: { install: "set" } });
  commit(5, { version: "1.1.0", scripts: { install: "tagged" } });
  git(6, "tag", "-a", "-m", "x", "own@1.1.0");
  git(6, "tag", "v9.9.9");
  commit(7, "{");
  commit(8, { version: "1.2.0", name: "another" });
  const found = releasesIn("@a/own", { gitDir: join(folder, ".git"), path: "own/package.json" });
  expect([...found].map(([version, { at, manifest }]) => [version, at, manifest["scripts"]])).toEqual([
    ["1.1.0", "2026-01-05T00:00:00.000Z", { install: "tagged" }],
    ["1.0.0", "2026-01-01T00:00:00.000Z", { install: "first" }],
  ]);
});
