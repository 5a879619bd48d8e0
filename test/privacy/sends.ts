/** Watches what a spawned process tries to reach: see sends.mjs. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Sandbox } from "../setup/sandbox.ts";

export class Sends {
  readonly #file: string;

  constructor(private readonly sandbox: Sandbox) {
    this.#file = join(sandbox.folder, "sends.log");
  }

  /** The sandbox's environment, with the watch in it. */
  get env(): Record<string, string> {
    const hook = pathToFileURL(join(import.meta.dirname, "sends.mjs")).href;
    return { ...this.sandbox.env, NODE_OPTIONS: `--import ${hook}`, DEPWARDEN_SENDS: this.#file };
  }

  /** Attempts so far, as `connect 127.0.0.1:4873`. Throws when no process was watched. */
  get all(): readonly string[] {
    const lines = existsSync(this.#file) ? readFileSync(this.#file, "utf8").trimEnd().split("\n") : [];
    if (!lines.some((line) => line.startsWith("watching "))) throw new Error("no process was watched");
    return lines.filter((line) => !line.startsWith("watching "));
  }

  /** Those over the network: what is left without the programs started. */
  get network(): readonly string[] {
    return this.all.filter((line) => !line.startsWith("program "));
  }

  /** Where connections went, each once. */
  get hosts(): readonly string[] {
    return [...new Set(this.network.map((line) => line.split(" ")[1] ?? ""))].sort();
  }

  get programs(): readonly string[] {
    return [
      ...new Set(this.all.filter((line) => line.startsWith("program ")).map((line) => line.slice("program ".length))),
    ];
  }
}
