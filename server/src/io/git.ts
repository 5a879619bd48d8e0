/** The History port: reads committed texts through the `git` program, so that nothing of the repository can run or send anything. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import pLimit from "p-limit";
import { known, unknown, type Fact, type Unknown } from "../core/facts/fact.ts";
import type { Cancellation, CommittedText, History, Logger, Program } from "../core/ports.ts";
import { explicitRepositories } from "../core/util/git-variables.ts";
import { signalOf } from "./cancellation.ts";
import { oddGitFile } from "./git-folder.ts";
import { findProgram, machine, withoutPath } from "./programs.ts";
import { run, type Outcome } from "./run.ts";
import { pathOf } from "./uri.ts";

export interface GitOptions {
  /** False: git is not run at all, as a repository's configuration names programs. */
  readonly trusted: boolean;
  /** Absolute paths of the folders that are opened or scanned now: git is not taken from there. */
  readonly folders: () => readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: Pick<Logger, "warn">;
  /** ms, for one run of git. */
  readonly timeout?: number;
  /** ms, for one search through the commits. */
  readonly searchTimeout?: number;
}

const TIMEOUT = 10_000;
/** A long history may take this long by itself, so git has not hung then. */
const SEARCH_TIMEOUT = 2_000;
/** When npm's registry began, ms since epoch: clocks that say less are wrong. */
const REGISTRY_BEGAN = Date.UTC(2010, 0, 1);
/** How long git is not asked again in a repository in which it hung, ms: its configuration may include a FIFO. */
const PAUSE = 10 * 60_000;
/** When git hung in so many repositories, none is asked until a pause has passed. */
const MOST_HANGS = 3;
const MOST_AT_ONCE = 4;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_SEARCH_BYTES = 64 * 1024;
/** No program that the repository's configuration names: https://git-scm.com/docs/git-config */
const HARDENED = [
  "--no-pager",
  "--no-optional-locks",
  "--no-replace-objects",
  "--literal-pathspecs",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "log.showSignature=false",
];

export function createHistory(options: GitOptions): History {
  const git = new Git(options);
  const placeOf = (uri: string): Fact<Place> => {
    if (!options.trusted) return unknown("not-stated", "the workspace is not trusted, so git was not asked");
    const path = pathOf(uri);
    if (path === null) return unknown("not-found", "it is not a file on this machine");
    const folder = dirname(path);
    const repository = repositoryAround(folder);
    if (repository === null) return unknown("not-found", "it is in no git repository");
    return known({ folder, name: basename(path), repository });
  };
  return {
    committed: async (uri, cancel) => {
      cancel.throwIfAborted();
      const place = placeOf(uri);
      return place.known ? git.textAt(place.value, "HEAD", cancel) : place;
    },
    committedBy: async (uri, moment, cancel) => {
      cancel.throwIfAborted();
      const place = placeOf(uri);
      return place.known ? git.textBy(place.value, moment, cancel) : place;
    },
  };
}

interface Place {
  readonly folder: string;
  /** The file's, without its folder. */
  readonly name: string;
  /** The folder that holds `.git`. */
  readonly repository: string;
}

/** The nearest folder with a `.git`, which is a file in a worktree or submodule. null: there is none. */
function repositoryAround(folder: string): string | null {
  if (existsSync(join(folder, ".git"))) return folder;
  const above = dirname(folder);
  return above === folder ? null : repositoryAround(above);
}

const NO_GIT = unknown("not-found", "no git was found on PATH outside the workspace and node_modules");

class Git {
  readonly #limit = pLimit(MOST_AT_ONCE);
  readonly #hangs = new Hangs();
  /** Repositories whose commits take too long to be searched. */
  readonly #slow = new Hangs();
  readonly #warned = new Set<string>();
  readonly #usual: Bounds;
  readonly #search: Bounds;
  #found: { readonly folders: string; readonly program: Program | null } | null = null;

  constructor(private readonly options: GitOptions) {
    this.#usual = { timeout: options.timeout ?? TIMEOUT, mostBytes: MOST_BYTES, late: this.#hangs };
    this.#search = {
      timeout: options.searchTimeout ?? SEARCH_TIMEOUT,
      mostBytes: MOST_SEARCH_BYTES,
      late: this.#slow,
    };
  }

  async textAt(place: Place, commit: string, cancel: Cancellation): Promise<Fact<string>> {
    // `cat-file blob` gives the content as committed: no text conversion, no filters.
    const blob = await this.#ask(place, ["cat-file", "blob", `${commit}:./${place.name}`], this.#usual, cancel);
    return blob.known ? known(new TextDecoder("utf-8").decode(blob.value)) : blob;
  }

  async textBy(place: Place, moment: number, cancel: Cancellation): Promise<Fact<CommittedText>> {
    const seconds = Math.floor(moment / 1000);
    // It compares trees and reads no file, so it needs no program that shows or converts one.
    const args = ["rev-list", "--max-count=1", "--timestamp", `--min-age=${seconds}`, "HEAD", "--", place.name];
    const listed = await this.#ask(place, args, this.#search, cancel);
    if (!listed.known) return listed;
    const [, when, commit] = /^(\d{1,12}) ([0-9a-f]{40,64})\n$/.exec(listed.value.toString("latin1")) ?? [];
    if (when === undefined || commit === undefined)
      return unknown("not-found", "git holds no commit of it from before then");
    const at = Number(when) * 1000;
    if (at < REGISTRY_BEGAN) return unknown("not-stated", "the date of its commit cannot be right");
    const text = await this.textAt(place, commit, cancel);
    return text.known ? known({ text: text.value, at }) : text;
  }

  async #ask(place: Place, args: readonly string[], bounds: Bounds, cancel: Cancellation): Promise<Fact<Buffer>> {
    const outcome = await this.#limit(() => this.#run(place, args, bounds, cancel));
    cancel.throwIfAborted();
    return outcome;
  }

  async #run(
    { folder, repository }: Place,
    args: readonly string[],
    { timeout, mostBytes, late }: Bounds,
    cancel: Cancellation,
  ): Promise<Fact<Buffer>> {
    cancel.throwIfAborted();
    const hung = this.#hangs.before(repository) ?? late.before(repository);
    if (hung !== null) return hung;
    const odd = oddGitFile(repository);
    if (odd !== null)
      return this.#warn(
        unknown("malformed", `${odd} of the git repository in ${repository} is not a plain file, so git was not asked`),
      );
    const program = this.#program();
    if (program === null) return this.#warn(NO_GIT);
    const outcome = await run({
      program: program.path,
      args: [...HARDENED, "-C", folder, ...args],
      // On Windows a program also finds others in the folder that it runs in.
      cwd: dirname(program.path),
      env: environment(this.options.env, program),
      timeout,
      mostBytes,
      signal: signalOf(cancel),
    });
    if (outcome.end !== "timeout") return factOf(outcome, mostBytes);
    late.add(repository);
    return this.#warn(unknown("timeout", `git did not answer in time in ${repository}`));
  }

  /** Looked for once for the same folders. */
  #program(): Program | null {
    const folders = this.options.folders();
    const key = folders.join("\0");
    if (this.#found?.folders !== key) {
      this.#found = { folders: key, program: findProgram("git", [".exe"], folders, machine(this.options.env)) };
    }
    return this.#found.program;
  }

  #warn(failure: Unknown): Unknown {
    if (!this.#warned.has(failure.reason)) this.options.log.warn(`What is committed is not known: ${failure.reason}.`);
    this.#warned.add(failure.reason);
    return failure;
  }
}

/** Of one run of git. */
interface Bounds {
  /** ms. */
  readonly timeout: number;
  readonly mostBytes: number;
  /** Where it is noted that it took longer. */
  readonly late: Hangs;
}

/** Where git hung, so that hanging costs a bounded time however many files and repositories there are. */
class Hangs {
  /** By repository: when, ms on a monotonic clock. */
  readonly #at = new Map<string, number>();

  add(repository: string): void {
    this.#at.set(repository, performance.now());
  }

  /** Why git is not asked in this repository; null: it may be. */
  before(repository: string): Unknown | null {
    const since = performance.now() - PAUSE;
    for (const [each, at] of this.#at) if (at < since) this.#at.delete(each);
    if (this.#at.has(repository)) return unknown("timeout", "git did not answer in time, so it was not asked again");
    if (this.#at.size < MOST_HANGS) return null;
    return unknown("timeout", "git did not answer in time elsewhere, so it was not asked");
  }
}

function factOf(outcome: Exclude<Outcome, { end: "timeout" }>, mostBytes: number): Fact<Buffer> {
  if (outcome.end === "too-large") return unknown("malformed", `larger than ${mostBytes / 1024 / 1024} MB in git`);
  if (outcome.end !== "exit") return unknown("unreachable", "git could not be asked");
  if (outcome.code === 0) return known(outcome.stdout);
  if (outcome.stderr.includes("dubious ownership")) {
    return unknown("unauthorized", "git does not read a repository of somebody else (see safe.directory)");
  }
  // 128: no repository, no commit yet, or no such path in the commit.
  if (outcome.code === 128) return unknown("not-found", "git holds no such file");
  return unknown("unreachable", "git could not be asked");
}

/** Without GIT_DIR, GIT_EXTERNAL_DIFF and the like: the folder alone says which repository. */
function environment(env: NodeJS.ProcessEnv, program: Program): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(withoutPath(env)).filter(([name]) => !name.toUpperCase().startsWith("GIT_"))),
    ...program.env,
    ...explicitRepositories({}),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    // A partial clone would fetch what it lacks, through any transport that the repository names. Older versions of git
    // know only the second way to forbid that.
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
  };
}
