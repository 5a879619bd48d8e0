/** What the tests of the fakes ask with. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isObject } from "./loopback.ts";

export const ABBREVIATED = { accept: "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8" };

export async function getJson(url: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return (await fetch(url, { headers })).json();
}

export async function postJson(url: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  return { status: response.status, body: await response.json() };
}

/** The value at a path of keys; throws where there is nothing to go into. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) {
    if (!isObject(here)) throw new Error(`nothing at ${key}`);
    here = here[key];
  }
  return here;
}

/** An empty folder with an npm of its own settings and cache. Dispose of it with `remove`. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "depwarden-fakes-"));

  constructor(manifest: unknown) {
    writeFileSync(join(this.folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(this.folder, "npmrc"), "");
  }

  /** Runs npm here; resolves to its standard output. */
  async npm(registry: string, ...args: readonly string[]): Promise<string> {
    const inherited = Object.entries(process.env).filter(([name]) => !/^npm_|_proxy$/i.test(name));
    const { stdout } = await promisify(execFile)(
      "npm",
      [...args, "--registry", registry, "--fetch-retries=0", "--no-update-notifier", "--no-fund"],
      {
        cwd: this.folder,
        env: {
          ...Object.fromEntries(inherited),
          npm_config_userconfig: join(this.folder, "npmrc"),
          npm_config_globalconfig: join(this.folder, "no-npmrc"),
          npm_config_cache: join(this.folder, ".cache"),
        },
      },
    );
    return stdout;
  }

  remove(): void {
    // What a port still writes in the background fails a removal that is under way; it is tried again.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
