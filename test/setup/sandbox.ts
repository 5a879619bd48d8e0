/** A folder for one test, and an environment in which a spawned process sees nothing of this machine's configuration. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The project's own folder, with a final slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const SERVER = join(ROOT, "dist", "server.js");
export const CLI = join(ROOT, "dist", "cli.js");
export const PACKUMENT_WORKER = pathToFileURL(join(ROOT, "dist", "modules", "packument-worker.mjs"));
export const SAMPLE = join(ROOT, "examples", "axios-2026-03");

/** Where Node keeps the compiled code of what the tests start: programs start many hundreds of times. */
export const COMPILE_CACHE = join(ROOT, ".vscode-test", "compile-cache");

export class Sandbox {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "depwarden-test-")));
  readonly cacheDir = join(this.folder, "cache");
  /** What a test opens or scans. */
  readonly project = join(this.folder, "project");

  constructor() {
    mkdirSync(this.project);
    mkdirSync(join(this.folder, "home"));
    writeFileSync(this.userConfig, "");
  }

  /** The user's own `.npmrc`. */
  get userConfig(): string {
    return join(this.folder, "home", ".npmrc");
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: join(this.folder, "home"),
      XDG_CACHE_HOME: join(this.folder, "xdg-cache"),
      npm_config_userconfig: this.userConfig,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      npm_config_globalconfig: join(this.folder, "home", "global-npmrc"),
    };
  }

  /** `path` below the project; gives the whole path. */
  write(path: string, content: string | Buffer | object): string {
    const file = join(this.project, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      typeof content === "string" || Buffer.isBuffer(content) ? content : `${JSON.stringify(content, null, 2)}\n`,
    );
    return file;
  }

  /** The URI of a path below the project; without one, of the project. */
  uri(path = ""): string {
    return pathToFileURL(path === "" ? this.project : join(this.project, path)).href;
  }

  remove(): void {
    // What a port still writes in the background fails a removal that is under way; it is tried again.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
