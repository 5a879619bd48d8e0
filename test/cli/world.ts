/** A project in a folder of its own, and a registry and an OSV on loopback for the command to ask. */
import { chmodSync, constants, copyFileSync, cpSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type FakeOsv, startOsv } from "../fakes/osv.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { CLI, Sandbox } from "../setup/sandbox.ts";
import { type Outcome, run, type RunOptions } from "./cli.ts";
import { runHere } from "./here.ts";

/** A user id that owns nothing, whoever has it. */
const NOBODY = 65_534;

export class CliWorld extends Sandbox {
  private constructor(
    readonly registry: FakeRegistry,
    readonly osv: FakeOsv,
  ) {
    super();
  }

  static async create(): Promise<CliWorld> {
    return new CliWorld(await startRegistry(), await startOsv());
  }

  /** The options that lead to the fakes. */
  get online(): readonly string[] {
    return ["--registry", this.registry.url, "--osv", this.osv.url];
  }

  /** Runs a command in the project, online. Nothing is kept between runs unless the arguments say where. */
  run(command: string, ...args: readonly string[]): Promise<Outcome> {
    const cache = args.some((arg) => arg === "--cache-dir" || arg === "--no-cache") ? [] : ["--no-cache"];
    return runHere(this, [command, ...args, ...this.online, ...cache]);
  }

  /** Runs a command as a user who may not open `closed` (below the project), whoever runs the tests. */
  async runUnprivileged(closed: readonly string[], command: string, ...args: readonly string[]): Promise<Outcome> {
    const paths = closed.map((path) => join(this.project, path));
    for (const path of paths) chmodSync(path, 0);
    // Root may open everything: it becomes nobody for the run.
    const options = process.getuid?.() === 0 ? this.#asNobody() : {};
    try {
      return await run(this, [command, ...args, ...this.online, "--no-cache"], options);
    } finally {
      for (const path of paths) chmodSync(path, 0o755);
    }
  }

  /** The program and its Node may be in folders that only root may enter: copies of them are in the test's own. */
  #asNobody(): RunOptions {
    chmodSync(this.folder, 0o755);
    const programs = join(this.folder, "programs");
    cpSync(dirname(CLI), programs, { recursive: true });
    const node = join(programs, "node");
    copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE);
    return { program: join(programs, basename(CLI)), as: { uid: NOBODY, node } };
  }

  async end(): Promise<void> {
    await Promise.all([this.registry.close(), this.osv.close()]);
    this.remove();
  }
}
