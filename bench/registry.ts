/** The registry that runs in a process of its own, as the bench steers it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export interface RegistryOptions {
  /** Packages; their names are those of a project of this size. */
  readonly count: number;
  /** Of each package. */
  readonly releases: number;
  /** Before each answer, ms. */
  readonly latency: number;
  /** So many of the packages have an advisory about malware, the first ones. */
  readonly compromised: number;
}

export interface Started {
  /** Base URL of the registry, ending in "/". */
  readonly url: string;
  /** Base URL of the advisory service, without a final slash. */
  readonly osv: string;
}

export interface BenchRequest {
  readonly method: string;
  readonly path: string;
  readonly accept: string;
  readonly body: string;
}

/** Since it was last asked for. */
export interface Traffic {
  readonly requests: readonly BenchRequest[];
  /** Sent by the registry over the wire, headers included. */
  readonly bytes: number;
}

export class BenchRegistry {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly osv: string;

  private constructor(child: ChildProcess, { url, osv }: Started) {
    this.#child = child;
    this.url = url;
    this.osv = osv;
  }

  static async start(options: RegistryOptions): Promise<BenchRegistry> {
    const child = fork(new URL("registry-process.ts", import.meta.url), [JSON.stringify(options)]);
    return new BenchRegistry(child, (await messageOf(child)) as Started);
  }

  /** Options of the command line that lead to it. */
  get online(): readonly string[] {
    return ["--registry", this.url, "--osv", this.osv];
  }

  async traffic(): Promise<Traffic> {
    this.#child.send("traffic");
    return (await messageOf(this.#child)) as Traffic;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill();
    await once(this.#child, "exit");
  }
}

/** Throws when the process ends instead. */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]: readonly unknown[]) => message),
      once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`the registry ended with ${String(code)}`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}
