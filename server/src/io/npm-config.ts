/** One load of npm's configuration, through npm's own library, with what depends on the running npm left out. */
import { dirname, join } from "node:path";
import { lstatSync, statSync } from "node:fs";
import Config from "@npmcli/config";
import library from "@npmcli/config/lib/definitions/index.js";

/** Keys whose effect on requests npm's own definitions work out (`cafile` becomes `ca`, `https-proxy` becomes `httpsProxy`…). */
const REQUEST_KEYS = new Set([
  "registry",
  "ca",
  "cafile",
  "cert",
  "key",
  "https-proxy",
  "proxy",
  "noproxy",
  "strict-ssl",
  "local-address",
]);
const SCOPED_REGISTRY = /^@[^/]+:registry$/i;
const LARGEST_FILE = 5 * 1024 * 1024;

/**
 * npm's definitions without `exclusive` (which makes a load fail, e.g. for `before` beside `min-release-age`) and without
 * the deprecation notes. The library's own flattening would also write to process.env (user-agent, omit).
 */
const definitions = Object.fromEntries(
  Object.entries(library.definitions).map(([key, { default: fallback, type }]) => [key, { default: fallback, type }]),
);

function flatten(layer: Record<string, unknown>, flat: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(layer)) {
    if (key === "cafile" && typeof value === "string" && !isPlainFile(value)) continue;
    if (REQUEST_KEYS.has(key)) library.definitions[key]?.flatten?.(key, layer, flat);
    else if (SCOPED_REGISTRY.test(key) || key.startsWith("//")) flat[key] = value;
  }
}

/** A file that can be read without waiting for anyone, and whole. */
export function isPlainFile(path: string): boolean {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= LARGEST_FILE;
  } catch {
    return false;
  }
}

/** Whether anything by that name is there. */
export function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

class ProjectConfig extends Config {
  readonly #root: string | null;

  /** `root`: the folder whose `.npmrc` is the project's; null reads none. */
  constructor(root: string | null, options: Config.Options) {
    super(options);
    this.#root = root;
  }

  override async loadProjectConfig(): Promise<void> {
    if (this.#root !== null) return super.loadProjectConfig();
    this.localPrefix = dirname(this.#npmPath());
    const layer = this.data.get("project");
    if (layer !== undefined) layer.source = "(left out)";
  }

  /** The root is known already: npm's own walk globs the workspaces of every folder above. */
  override loadLocalPrefix(): Promise<void> {
    this.localPrefix = this.#root;
    this.localPackage = true;
    return Promise.resolve();
  }

  #npmPath(): string {
    return npmFolder();
  }
}

/** Where node's own npm lies, for the defaults that its packager set. It need not exist. */
function npmFolder(): string {
  const bin = dirname(process.execPath);
  return process.platform === "win32" ? join(bin, "node_modules", "npm") : join(dirname(bin), "lib", "node_modules", "npm");
}

export interface LoadedConfig {
  /** Options as npm's HTTP libraries take them; values are as hostile as the files. */
  readonly flat: Readonly<Record<string, unknown>>;
  /** One sentence for each file that could not be read. */
  readonly problems: readonly string[];
}

/** Throws when a layer cannot be loaded at all. `env` is not changed. */
export async function loadNpmConfig(root: string | null, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  const config = new ProjectConfig(root, {
    definitions,
    shorthands: library.shorthands,
    nerfDarts: library.nerfDarts,
    flatten,
    npmPath: npmFolder(),
    // A copy: load() writes INIT_CWD, HOME and npm_config_* into it.
    env: { ...env },
    argv: [],
    cwd: root ?? npmFolder(),
    warn: false,
  });
  await config.load();
  const problems: string[] = [];
  for (const [layer, { loadError, source }] of config.data) {
    if (loadError !== null && loadError !== undefined && loadError.code !== "ENOENT" && loadError.code !== "ENOTDIR") {
      problems.push(`The ${layer} configuration of npm (${source ?? ""}) could not be read: ${loadError.code ?? "unknown error"}.`);
    }
  }
  return { flat: config.flat, problems };
}
