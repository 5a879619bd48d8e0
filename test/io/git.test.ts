import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { History } from "../../server/src/core/ports.ts";
import { createHistory, type GitOptions } from "../../server/src/io/git.ts";
import { NEVER, World } from "./world.ts";

let world: World;
let history: History;
const warnings: string[] = [];
const uri = (path: string) => pathToFileURL(join(world.project, path)).href;

function git(...args: string[]): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", ...args], {
    cwd: world.project,
    stdio: "pipe",
    env: {
      ...env,
      ...(date === null ? {} : { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date }),
      GIT_CONFIG_GLOBAL: "/dev/null",
    },
  });
}

function output(...args: string[]): string {
  return execFileSync("git", args, { cwd: world.project, encoding: "utf8" }).trim();
}

let date: string | null = null;

function makeHistory(options: Partial<GitOptions> = {}): History {
  const log = { warn: (message: string) => warnings.push(message) };
  return createHistory({ trusted: true, folders: () => [world.project], env: process.env, log, ...options });
}

/** A program that leaves a mark when it runs; gives its path. */
function trap(path: string, text = ""): string {
  const file = world.write(path, `#!/bin/sh\necho sprung >> ${mark()}\n${text}`);
  chmodSync(file, 0o755);
  return file;
}

const mark = () => join(world.folder, "sprung");

/** PATH with these in front, as a project's scripts have it. */
const withPath = (...entries: string[]) => {
  return { ...process.env, PATH: [...entries, process.env["PATH"] ?? ""].join(delimiter) };
};

function commit(text: string, when: string, file = "package-lock.json"): void {
  date = when;
  world.write(`project/${file}`, text);
  git("add", "-A");
  git("commit", "-q", "-m", "x");
}

beforeEach(() => {
  world = new World();
  date = null;
  warnings.length = 0;
  git("init", "-q");
  history = makeHistory();
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

  it("is unknown without repository, commit or file", async () => {
    expect(await history.committed(uri("package.json"), NEVER)).toMatchObject({ code: "not-found" });
    commit("x", "2026-01-01T00:00:00Z");
    expect(await history.committed(uri("none.json"), NEVER)).toMatchObject({ code: "not-found" });
    expect(await history.committed(pathToFileURL("/proc/self/none/x").href, NEVER)).toMatchObject({
      code: "not-found",
    });
  });

  it("is not asked for in a workspace that is not trusted", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    const closed = makeHistory({ trusted: false });
    expect(await closed.committed(uri("package-lock.json"), NEVER)).toMatchObject({ known: false, code: "not-stated" });
  });

  it.each<[string, () => void]>([
    [
      "programs of its configuration",
      () => {
        world.write("project/.gitattributes", "* diff=evil filter=evil merge=evil\n");
        for (const key of NAMED_PROGRAMS) git("config", key, trap("trap.sh"));
        git("config", "log.showSignature", "true");
      },
    ],
    [
      "hooks",
      () => {
        for (const hook of HOOKS) trap(`project/.git/hooks/${hook}`);
      },
    ],
    [
      "configuration that its own includes",
      () => {
        world.write("project/more", `[core]\n\tfsmonitor = ${trap("trap.sh")}\n\tpager = ${trap("trap.sh")}\n`);
        git("config", "include.path", "../more");
      },
    ],
    ["an alias for a command of git", () => git("config", "alias.cat-file", `!${trap("trap.sh")}`)],
    [
      "attributes that are kept elsewhere",
      () => {
        git("config", "core.attributesFile", world.write("attributes", "* diff=evil filter=evil\n"));
        git("config", "diff.evil.textconv", trap("trap.sh"));
      },
    ],
  ])("is read without running %s", async (_title, plant) => {
    commit("x", "2026-01-01T00:00:00Z");
    plant();
    expect((await history.committed(uri("package-lock.json"), NEVER)).known).toBe(true);
    expect(existsSync(mark())).toBe(false);
  });

  it.each<[string, (trap: string) => void]>([
    ["over a transport of its own", (path) => git("config", "remote.origin.url", `ext::${path}`)],
    [
      "over a helper of its own",
      (path) => {
        git("config", "remote.origin.url", "evil::x");
        git("config", "remote.origin.vcs", "evil");
        trap("bin/git-remote-evil");
        git("config", "core.sshCommand", path);
      },
    ],
    [
      "over ssh",
      (path) => {
        git("config", "remote.origin.url", "ssh://example.invalid/x");
        git("config", "core.sshCommand", path);
      },
    ],
    [
      "from a folder, with a program that serves it",
      (path) => {
        git("config", "remote.origin.url", join(world.folder, "elsewhere"));
        git("config", "remote.origin.uploadpack", path);
      },
    ],
  ])("does not fetch what a partial clone lacks, %s", async (_title, plant) => {
    commit("x", "2026-01-01T00:00:00Z");
    git("config", "extensions.partialClone", "origin");
    git("config", "core.repositoryFormatVersion", "1");
    plant(trap("trap.sh"));
    git("config", "remote.origin.promisor", "true");
    for (const protocol of ["ext", "ssh", "file", "evil"]) git("config", `protocol.${protocol}.allow`, "always");
    rmSync(join(world.project, ".git/objects"), { recursive: true });
    mkdirSync(join(world.project, ".git/objects"));
    const ask = makeHistory({ env: withPath(join(world.folder, "bin")) });
    expect((await ask.committed(uri("package-lock.json"), NEVER)).known).toBe(false);
    expect(existsSync(mark())).toBe(false);
  });

  it("gives what is committed, whatever a replacement of the object says", async () => {
    commit("committed", "2026-01-01T00:00:00Z");
    world.write("other", "replaced");
    const blob = output("rev-parse", "HEAD:package-lock.json");
    git("replace", blob, output("hash-object", "-w", join(world.folder, "other")));
    expect(await history.committed(uri("package-lock.json"), NEVER)).toEqual({ known: true, value: "committed" });
  });

  it("is the folder's own, whatever variables of git say", async () => {
    commit("own", "2026-01-01T00:00:00Z");
    const variables = {
      GIT_DIR: "/nowhere",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.fsmonitor",
      GIT_CONFIG_VALUE_0: trap("trap.sh"),
      GIT_EXTERNAL_DIFF: trap("trap.sh"),
    };
    const ask = makeHistory({ env: { ...process.env, ...variables } });
    expect(await ask.committed(uri("package-lock.json"), NEVER)).toEqual({ known: true, value: "own" });
    expect(existsSync(mark())).toBe(false);
  });

  it("is not that of a folder that only looks like a repository", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    git("clone", "-q", "--bare", ".git", "bare");
    git("--git-dir=bare", "config", "core.bare", "false");
    git("--git-dir=bare", "config", "core.worktree", ".");
    world.write("project/bare/package-lock.json", "x");
    const answer = await history.committed(uri("bare/package-lock.json"), NEVER);
    expect(answer).toMatchObject({ known: false, code: "not-found" });
  });

  it.each([
    [".git/commondir", "commondir"],
    [".git/HEAD", "HEAD"],
    [".git/config", "config"],
    [".git/packed-refs", "packed-refs"],
    [".git/shallow", "shallow"],
    [".git/objects/info/alternates", "objects/info/alternates"],
    [".git/refs/heads/main", "refs/heads/main"],
    [".git", ".git"],
  ])("is not asked for where %s is a device", async (path, told) => {
    git("checkout", "-q", "-B", "main");
    commit("x", "2026-01-01T00:00:00Z");
    rmSync(join(world.project, path), { recursive: true, force: true });
    symlinkSync("/dev/zero", join(world.project, path));
    const answer = await history.committed(uri("package-lock.json"), NEVER);
    const reason = `${told} of the git repository in ${world.project} is not a plain file, so git was not asked`;
    expect(answer).toEqual({ known: false, code: "malformed", reason });
    expect(warnings).toEqual([`What is committed is not known: ${reason}.`]);
  });

  it("is not asked for where other folders of objects lead to a device in their turn", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    world.write("project/.git/objects/info/alternates", "../../other\n");
    world.write("project/other/info/alternates", join(world.project, "third"));
    expect(await history.committed(uri("package-lock.json"), NEVER)).toEqual({ known: true, value: "x" });
    world.write("project/third/info/x", "");
    symlinkSync("/dev/zero", join(world.project, "third/info/alternates"));
    expect(await history.committed(uri("package-lock.json"), NEVER)).toMatchObject({ known: false, code: "malformed" });
  });

  it("is that of a worktree beside the repository", async () => {
    git("checkout", "-q", "-B", "main");
    commit("x", "2026-01-01T00:00:00Z");
    git("worktree", "add", "-q", "tree");
    expect(await history.committed(uri("tree/package-lock.json"), NEVER)).toEqual({ known: true, value: "x" });
    rmSync(join(world.project, ".git/config"));
    symlinkSync("/dev/zero", join(world.project, ".git/config"));
    const answer = await history.committed(uri("tree/package-lock.json"), NEVER);
    expect(answer).toMatchObject({ known: false, code: "malformed" });
  });

  it("ends when the asking ends", async () => {
    await expect(history.committed(uri("package.json"), AbortSignal.abort())).rejects.toThrow();
  });
});

describe("the text of a file at a moment", () => {
  const at = (when: string): number => Date.parse(when);
  const ask = (when: string, file = "package-lock.json", from = history) =>
    from.committedBy(uri(file), at(when), NEVER);

  it("is that of the newest commit up to then that changed it", async () => {
    commit("first", "2026-01-01T00:00:00Z");
    commit("second", "2026-02-01T00:00:00Z");
    commit("other", "2026-03-01T00:00:00Z", "other.json");
    commit("third", "2026-04-01T00:00:00Z");
    expect(await ask("2025-12-31T23:59:59Z")).toMatchObject({ known: false, code: "not-found" });
    expect(await ask("2026-01-31T00:00:00Z")).toEqual({
      known: true,
      value: { text: "first", at: at("2026-01-01T00:00:00Z") },
    });
    for (const when of ["2026-02-01T00:00:00Z", "2026-03-15T00:00:00Z"])
      expect(await ask(when)).toEqual({ known: true, value: { text: "second", at: at("2026-02-01T00:00:00Z") } });
    expect(await ask("2026-03-15T00:00:00Z", "none.json")).toMatchObject({ known: false, code: "not-found" });
  });

  it("is found in a folder below and for any name", async () => {
    commit("x", "2026-01-01T00:00:00Z", "sub dir/-weird :name*.json");
    const answer = await ask("2026-02-01T00:00:00Z", "sub dir/-weird :name*.json");
    expect(answer).toEqual({ known: true, value: { text: "x", at: at("2026-01-01T00:00:00Z") } });
  });

  it("is not known where it is gone then, or its commit is from before npm's registry", async () => {
    commit("old", "2009-12-31T00:00:00Z");
    expect(await ask("2026-01-01T00:00:00Z")).toMatchObject({ known: false, code: "not-stated" });
    rmSync(join(world.project, "package-lock.json"));
    commit("x", "2026-01-01T00:00:00Z", "other.json");
    expect(await ask("2026-02-01T00:00:00Z")).toMatchObject({ known: false, code: "not-found" });
  });

  it("is not asked for in a workspace that is not trusted", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    const answer = await ask("2026-02-01T00:00:00Z", "package-lock.json", makeHistory({ trusted: false }));
    expect(answer).toMatchObject({ known: false, code: "not-stated" });
  });

  it("is read without running anything of the repository", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    commit("y", "2026-02-01T00:00:00Z");
    world.write("project/.gitattributes", "* diff=evil filter=evil merge=evil\n");
    world.write("project/.git/info/attributes", "* diff=evil filter=evil merge=evil\n");
    for (const key of NAMED_PROGRAMS) git("config", key, trap("trap.sh"));
    for (const hook of HOOKS) trap(`project/.git/hooks/${hook}`);
    git("config", "log.showSignature", "true");
    git("config", "alias.rev-list", `!${trap("trap.sh")}`);
    expect(await ask("2026-01-15T00:00:00Z")).toMatchObject({ known: true, value: { text: "x" } });
    expect(existsSync(mark())).toBe(false);
  });

  it("is not searched for again in a repository where that took long, in which git is still asked", async () => {
    trap("bin/git", 'case "$*" in *rev-list*) exec sleep 600 ;; *) echo text ;; esac');
    const slow = makeHistory({ env: withPath(join(world.folder, "bin")), searchTimeout: 300 });
    for (const file of ["package-lock.json", "yarn.lock"])
      expect(await ask("2026-01-15T00:00:00Z", file, slow)).toMatchObject({ known: false, code: "timeout" });
    expect(readFileSync(mark(), "utf8")).toBe("sprung\n");
    expect(await slow.committed(uri("package-lock.json"), NEVER)).toEqual({ known: true, value: "text\n" });
  });
});

const HOOKS = ["post-checkout", "post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman"];
const NAMED_PROGRAMS = [
  "core.fsmonitor",
  "core.pager",
  "core.editor",
  "core.askPass",
  "core.sshCommand",
  "core.gitProxy",
  "core.alternateRefsCommand",
  "pager.cat-file",
  "pager.rev-list",
  "diff.external",
  "diff.evil.command",
  "diff.evil.textconv",
  "filter.evil.smudge",
  "filter.evil.clean",
  "filter.evil.process",
  "merge.evil.driver",
  "credential.helper",
  "gpg.program",
  "gpg.ssh.program",
  "uploadpack.packObjectsHook",
];

describe("the git that is run", () => {
  it.each<[string, (folder: string) => readonly string[]]>([
    ["in node_modules/.bin", () => [join(world.folder, "elsewhere/node_modules/.bin")]],
    ["in the workspace", () => [join(world.project, "tools")]],
    ["in the workspace, over a link from outside", () => [join(world.folder, "link")]],
    ["in a relative folder", () => ["tools", "./tools", ""]],
  ])("is not one %s", async (_title, entries) => {
    commit("own", "2026-01-01T00:00:00Z");
    for (const folder of ["elsewhere/node_modules/.bin", "project/tools", "project"]) trap(`${folder}/git`);
    execFileSync("ln", ["-s", join(world.project, "tools"), join(world.folder, "link")]);
    const before = process.cwd();
    process.chdir(world.project);
    try {
      const ask = makeHistory({ env: withPath(...entries(world.folder)) });
      expect(await ask.committed(uri("package-lock.json"), NEVER)).toEqual({ known: true, value: "own" });
    } finally {
      process.chdir(before);
    }
    expect(existsSync(mark())).toBe(false);
  });

  it("runs outside the workspace, and finds no other programs there or in node_modules", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    const bin = join(world.folder, "bin");
    trap("bin/git", 'echo "cwd=$PWD" "path=$PATH" "current=$NoDefaultCurrentDirectoryInExePath"');
    mkdirSync(join(world.project, "node_modules/.bin"), { recursive: true });
    const entries = [join(world.project, "node_modules/.bin"), "relative", "", world.project, bin, "/usr/bin"];
    const ask = makeHistory({ env: { PATH: entries.join(delimiter) } });
    const value = `cwd=${bin} path=${bin}:/usr/bin current=1\n`;
    expect(await ask.committed(uri("package-lock.json"), NEVER)).toEqual({ known: true, value });
  });

  it("is told once in the log to be missing, where there is a repository", async () => {
    const ask = makeHistory({ env: { PATH: join(world.project, "bin") } });
    const reason = "no git was found on PATH outside the workspace and node_modules";
    for (const file of ["package.json", "package-lock.json"]) {
      expect(await ask.committed(uri(file), NEVER)).toEqual({ known: false, code: "not-found", reason });
    }
    expect(warnings).toEqual([`What is committed is not known: ${reason}.`]);
  });

  it("is not asked again in a repository in which it hung", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    execFileSync("mkfifo", [join(world.project, "fifo")]);
    git("config", "include.path", "../fifo");
    const ask = makeHistory({ timeout: 300 });
    const reason = `git did not answer in time in ${world.project}`;
    const notAgain = { known: false, code: "timeout", reason: "git did not answer in time, so it was not asked again" };
    expect(await ask.committed(uri("package-lock.json"), NEVER)).toEqual({ known: false, code: "timeout", reason });
    expect(await ask.committed(uri("package.json"), NEVER)).toEqual(notAgain);
    expect(await ask.committed(uri("sub/package.json"), NEVER)).toEqual(notAgain);
    expect(warnings).toEqual([`What is committed is not known: ${reason}.`]);
  });

  it("is asked nowhere once it hung in three repositories, however many there are", async () => {
    trap("bin/git", "exec sleep 600");
    for (let i = 0; i < 12; i++) world.write(`project/packages/${i}/.git/HEAD`, "ref: refs/heads/main\n");
    const ask = makeHistory({ env: withPath(join(world.folder, "bin")), timeout: 300 });
    const files = Array.from({ length: 12 }, (_, i) => uri(`packages/${i}/package-lock.json`));
    const answers = await Promise.all(files.map((file) => ask.committed(file, NEVER)));
    expect(answers.every((answer) => !answer.known && answer.code === "timeout")).toBe(true);
    // Four run at a time: three that hung, and those that ran beside the third.
    expect(readFileSync(mark(), "utf8").trim().split("\n").length).toBeLessThanOrEqual(6);
  });

  it("ends with all that it started when it hangs, and does not wait for what left its group", async () => {
    commit("x", "2026-01-01T00:00:00Z");
    trap("bin/git", `sleep 600 & echo $! > ${join(world.folder, "pid")}\nsetsid sleep 5 &\nwait`);
    const ask = makeHistory({ env: withPath(join(world.folder, "bin")), timeout: 1000 });
    expect(await ask.committed(uri("package-lock.json"), NEVER)).toMatchObject({ code: "timeout" });
    const child = Number(readFileSync(join(world.folder, "pid"), "utf8"));
    await expect.poll(() => isRunning(child), { timeout: 10_000 }).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    // A process that nobody has waited for yet is a zombie: it has ended.
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
