/** Real ports in a folder of their own, with nothing of this machine's npm configuration. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Catalogue } from "../../server/src/core/ports.ts";
import { createPorts, type PortOptions, type RealPorts } from "../../server/src/io/ports.ts";

export const EMPTY_CATALOGUE: Catalogue = { asOf: 0, advisories: () => [], lastGood: () => null, disputed: () => null };

/** Fast enough for tests, with the same shape as in use. */
export const TEST_LIMITS = { timeout: 2000, backOff: 5, longestWait: 500 };

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "depwarden-io-"));
  readonly cacheDir = join(this.folder, "cache");
  readonly project = join(this.folder, "project");
  readonly warnings: string[] = [];
  readonly #made: RealPorts[] = [];

  constructor() {
    this.write("project/package.json", "{}");
    this.write("home/.npmrc", "");
  }

  get env(): NodeJS.ProcessEnv {
    return {
      HOME: join(this.folder, "home"),
      npm_config_userconfig: join(this.folder, "home", ".npmrc"),
      npm_config_globalconfig: join(this.folder, "home", "global-npmrc"),
    };
  }

  /** Path relative to the world's folder. */
  write(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  get projectUri(): string {
    return pathToFileURL(this.project).href;
  }

  ports(options: Partial<PortOptions> = {}): RealPorts {
    const ports = createPorts({
      cacheDir: this.cacheDir,
      offline: false,
      registry: null,
      osv: { enabled: false, url: "http://127.0.0.1:1" },
      trusted: true,
      folders: () => [],
      asOf: null,
      log: { info: () => undefined, warn: (message) => this.warnings.push(message) },
      catalogue: EMPTY_CATALOGUE,
      env: this.env,
      limits: TEST_LIMITS,
      ...options,
    });
    this.#made.push(ports);
    return ports;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#made.map((ports) => ports.settled()));
    // What a port still writes in the background fails a removal that is under way; it is tried again.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

export const NEVER = new AbortController().signal;
