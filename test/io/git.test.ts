import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHistory } from "../../server/src/io/git.ts";
import { NEVER, World } from "./world.ts";

let world: World;
const history = createHistory({ trusted: true });
const uri = (path: string) => pathToFileURL(join(world.project, path)).href;

function git(...args: string[]): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", ...args], {
    cwd: world.project,
    stdio: "pipe",
    env: { ...env, ...(date === null ? {} : { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date }), GIT_CONFIG_GLOBAL: "/dev/null" },
  });
}

let date: string | null = null;

function commit(text: string, when: string, file = "package-lock.json"): void {
  date = when;
  world.write(`project/${file}`, text);
  git("add", "-A");
  git("commit", "-q", "-m", "x");
}

beforeEach(() => {
  world = new World();
  date = null;
  git("init", "-q");
});
afterEach(() => world.remove());

describe("the history of a file", () => {
  it("gives the text that is committed, not the one in the folder", async () => {
    commit("first\r\n", "2026-01-01T00:00:00Z");
    world.write("project/package-lock.json", "edited");
    expect(await history.committed(uri("package-lock.json"), NEVER)).toEqual({ known: true, value: "first\r\n" });
  });

  it("works in a folder below and for any name", async () => {
    commit("x", "2026-01-01T00:00:00Z", "sub dir/-weird :name*.json");
    expect(await history.committed(uri("sub dir/-weird :name*.json"), NEVER)).toEqual({ known: true, value: "x" });
  });

  it("gives the text as it was at a moment", async () => {
    commit("first", "2026-01-01T00:00:00Z");
    commit("second", "2026-02-01T00:00:00Z");
    const at = (iso: string) => history.committedBefore(uri("package-lock.json"), Date.parse(iso), NEVER);
    expect(await at("2026-03-01T00:00:00Z")).toEqual({ known: true, value: "second" });
    expect(await at("2026-01-15T00:00:00Z")).toEqual({ known: true, value: "first" });
    expect(await at("2025-12-31T00:00:00Z")).toMatchObject({ known: false, code: "not-found" });
  });

  it("is unknown without repository, commit or file", async () => {
    expect(await history.committed(uri("package.json"), NEVER)).toMatchObject({ code: "not-found" });
    commit("x", "2026-01-01T00:00:00Z");
    expect(await history.committed(uri("none.json"), NEVER)).toMatchObject({ code: "not-found" });
    expect(await history.committed(pathToFileURL("/proc/self/none/x").href, NEVER)).toMatchObject({ code: "not-found" });
  });

  it("is not asked for in a workspace that is not trusted", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    const closed = createHistory({ trusted: false });
    expect(await closed.committed(uri("package-lock.json"), NEVER)).toMatchObject({ known: false, code: "not-stated" });
    expect(await closed.committedBefore(uri("package-lock.json"), Date.now(), NEVER)).toMatchObject({ known: false, code: "not-stated" });
  });

  it("runs nothing that the repository names", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    const trap = world.write("trap.sh", `#!/bin/sh\ntouch ${join(world.folder, "sprung")}\n`);
    execFileSync("chmod", ["+x", trap]);
    world.write("project/.gitattributes", "* diff=evil filter=evil\n");
    for (const key of ["core.fsmonitor", "core.pager", "core.sshCommand", "diff.evil.textconv", "filter.evil.smudge", "filter.evil.clean", "gpg.program"]) {
      git("config", key, trap);
    }
    git("config", "log.showSignature", "true");
    expect((await history.committed(uri("package-lock.json"), NEVER)).known).toBe(true);
    expect((await history.committedBefore(uri("package-lock.json"), Date.now(), NEVER)).known).toBe(true);
    expect(existsSync(join(world.folder, "sprung"))).toBe(false);
  });

  it("does not fetch what a partial clone lacks", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    const trap = world.write("trap.sh", `#!/bin/sh\ntouch ${join(world.folder, "sprung")}\n`);
    execFileSync("chmod", ["+x", trap]);
    git("config", "extensions.partialClone", "origin");
    git("config", "core.repositoryFormatVersion", "1");
    git("config", "remote.origin.url", `ext::${trap}`);
    git("config", "remote.origin.promisor", "true");
    git("config", "protocol.ext.allow", "always");
    execFileSync("rm", ["-r", join(world.project, ".git/objects")]);
    execFileSync("mkdir", [join(world.project, ".git/objects")]);
    expect((await history.committed(uri("package-lock.json"), NEVER)).known).toBe(false);
    expect(existsSync(join(world.folder, "sprung"))).toBe(false);
  });

  it("ends when the asking ends", async () => {
    await expect(history.committed(uri("package.json"), AbortSignal.abort())).rejects.toThrow();
  });
});
