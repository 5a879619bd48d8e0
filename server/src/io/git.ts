/** The History port: reads committed texts through the `git` program, so that nothing of the repository can run or send anything. */
import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";
import { known, unknown, type Fact } from "../core/facts/fact.ts";
import type { Cancellation, History } from "../core/ports.ts";
import { signalOf } from "./cancellation.ts";
import { pathOf } from "./uri.ts";

export interface GitOptions {
  /** False: git is not run at all, as a repository's configuration names programs. */
  readonly trusted: boolean;
  /** ms, for one run of git. */
  readonly timeout?: number;
}

const TIMEOUT = 10_000;
/** Within what a Date holds, ms before and after the epoch. */
const FURTHEST_DATE = 8e15;
const MOST_BYTES = 64 * 1024 * 1024;
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
  const git = new Git(options.timeout ?? TIMEOUT);
  const placeOf = (uri: string): Fact<Place> => {
    if (!options.trusted) return unknown("not-stated", "the workspace is not trusted, so git was not asked");
    const path = pathOf(uri);
    return path === null ? unknown("not-found", "it is not a file on this machine") : known({ folder: dirname(path), name: basename(path) });
  };
  return {
    committed: async (uri, cancel) => {
      cancel.throwIfAborted();
      const place = placeOf(uri);
      return place.known ? git.textAt(place.value, "HEAD", cancel) : place;
    },
    committedBefore: async (uri, before, cancel) => {
      cancel.throwIfAborted();
      const place = placeOf(uri);
      if (!place.known) return place;
      const commit = await git.commitBefore(place.value, before, cancel);
      return commit.known ? git.textAt(place.value, commit.value, cancel) : commit;
    },
  };
}

interface Place {
  readonly folder: string;
  /** The file's, without its folder. */
  readonly name: string;
}

const NO_COMMIT = unknown("not-found", "no commit is that old");

class Git {
  constructor(
    /** ms, for one run. */
    private readonly timeout: number,
  ) {}

  async textAt({ folder, name }: Place, commit: string, cancel: Cancellation): Promise<Fact<string>> {
    // `cat-file blob` gives the content as committed: no text conversion, no filters.
    const blob = await this.#run(folder, ["cat-file", "blob", `${commit}:./${name}`], cancel);
    return blob.known ? known(new TextDecoder("utf-8").decode(blob.value)) : blob;
  }

  /** The hash of the newest commit that is at least as old as `before`, ms since epoch. */
  async commitBefore({ folder }: Place, before: number, cancel: Cancellation): Promise<Fact<string>> {
    if (!Number.isFinite(before) || Math.abs(before) > FURTHEST_DATE) return NO_COMMIT;
    const until = `--until=${new Date(before).toISOString()}`;
    const commit = await this.#run(folder, ["rev-list", "--max-count=1", until, "HEAD", "--"], cancel);
    if (!commit.known) return commit;
    const hash = commit.value.toString("ascii").trim();
    if (hash === "") return NO_COMMIT;
    return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(hash) ? known(hash) : unknown("malformed", "git answered something that is no commit");
  }

  async #run(folder: string, args: readonly string[], cancel: Cancellation): Promise<Fact<Buffer>> {
    const signal = signalOf(cancel);
    const outcome = await new Promise<Fact<Buffer>>((resolve) => {
      execFile(
        "git",
        [...HARDENED, ...args],
        {
          cwd: folder,
          env: environment(),
          encoding: "buffer",
          timeout: this.timeout,
          killSignal: "SIGKILL",
          maxBuffer: MOST_BYTES,
          windowsHide: true,
          ...(signal === null ? {} : { signal }),
        },
        (error, stdout) => {
          resolve(error === null ? known(stdout) : failureOf(error));
        },
      ).stdin?.end();
    });
    cancel.throwIfAborted();
    return outcome;
  }
}

function failureOf(error: Error & { code?: unknown; killed?: boolean | undefined }): Fact<never> {
  if (error.code === "ENOENT") return unknown("not-found", "git is not installed, or the folder is gone");
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") {
    return unknown("malformed", `larger than ${MOST_BYTES / 1024 / 1024} MB in git`);
  }
  if (error.killed === true) return unknown("timeout", "git did not answer in time");
  // 128: no repository, no commit yet, no such path in the commit, or a repository of somebody else.
  if (error.code === 128) return unknown("not-found", "git holds no such file");
  return unknown("unreachable", "git could not be asked");
}

/** Without GIT_DIR, GIT_EXTERNAL_DIFF and the like: the folder alone says which repository. */
function environment(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith("GIT_")));
  return {
    ...env,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    // A partial clone would fetch what it lacks, through any transport that the repository names. Older versions of git
    // know only the second way to forbid that.
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
  };
}
