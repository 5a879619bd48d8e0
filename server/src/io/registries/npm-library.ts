/** npm's own configuration library: the person's files, the environment, and what depends on the running npm left out. */
import { dirname, join } from "node:path";
import Config from "@npmcli/config";
import library from "@npmcli/config/lib/definitions/index.js";
import { isPlainFile, isThere } from "./plain-file.ts";

/**
 * npm's definitions without `exclusive` (which makes a load fail, e.g. for `before` beside `min-release-age`) and without
 * the deprecation notes. The library's own flattening would also write to process.env (user-agent, omit).
 */
const definitions = Object.fromEntries(
  Object.entries(library.definitions).map(([key, { default: fallback, type }]) => [key, { default: fallback, type }]),
);

/** How npm's HTTP libraries take a setting: `cafile` becomes `ca`, `https-proxy` becomes `httpsProxy`… */
export function flattenSetting(key: string, layer: Record<string, unknown>, flat: Record<string, unknown>): void {
  library.definitions[key]?.flatten?.(key, layer, flat);
}

class PersonalConfig extends Config {
  /** The project's file is read elsewhere, with less trust: here it could also lead to another user or global file. */
  override loadProjectConfig(): Promise<void> {
    this.localPrefix = npmFolder();
    return Promise.resolve();
  }

  override async loadUserConfig(): Promise<void> {
    if (this.#mayRead("user", "userconfig")) await super.loadUserConfig();
  }

  override async loadGlobalConfig(): Promise<void> {
    if (this.#mayRead("global", "globalconfig")) await super.loadGlobalConfig();
  }

  readonly odd: string[] = [];

  /** A FIFO or a device would be read for ever. */
  #mayRead(where: "user" | "global", key: string): boolean {
    const path: unknown = this.list[0]?.[key];
    if (typeof path !== "string" || !isThere(path) || isPlainFile(path)) return true;
    this.odd.push(`The ${where} configuration of npm (${path}) is not a file that can be read; it was ignored.`);
    const layer = this.data.get(where);
    if (layer !== undefined) layer.source = "(left out)";
    return false;
  }
}

/** Where node's own npm lies, for the defaults that its packager set. It need not exist. */
function npmFolder(): string {
  const bin = dirname(process.execPath);
  return process.platform === "win32"
    ? join(bin, "node_modules", "npm")
    : join(dirname(bin), "lib", "node_modules", "npm");
}

export type Values = Readonly<Record<string, unknown>>;

export interface PersonalLayers {
  /** The weakest first: npm's defaults, its packager's. */
  readonly defaults: readonly Values[];
  /** What the global file says, and the user's, which is stronger. Values are as hostile as the files. */
  readonly globalconfig: Values;
  readonly userconfig: Values;
  /** Where the two are. */
  readonly paths: Partial<Readonly<Record<"userconfig" | "globalconfig", string>>>;
  /** `npm_config_…`, stronger than a project's file. */
  readonly environment: Values;
  /** One sentence for each file that could not be read. */
  readonly problems: readonly string[];
}

/** Throws when a layer cannot be loaded at all. `env` is not changed. */
export async function personalLayers(env: NodeJS.ProcessEnv): Promise<PersonalLayers> {
  const config = new PersonalConfig({
    definitions,
    shorthands: library.shorthands,
    nerfDarts: library.nerfDarts,
    flatten: () => undefined,
    npmPath: npmFolder(),
    // A copy: load() writes INIT_CWD, HOME and npm_config_* into it.
    env: { ...env },
    argv: [],
    cwd: npmFolder(),
    warn: false,
  });
  await config.load();
  const problems = [...config.odd];
  for (const [layer, { loadError, source }] of config.data) {
    if (loadError !== null && loadError !== undefined && loadError.code !== "ENOENT" && loadError.code !== "ENOTDIR") {
      problems.push(
        `The ${layer} configuration of npm (${source ?? ""}) could not be read: ${loadError.code ?? "unknown error"}.`,
      );
    }
  }
  const valuesOf = (layer: string): Values => config.data.get(layer)?.data ?? {};
  return {
    defaults: ["default", "builtin"].map(valuesOf),
    globalconfig: valuesOf("global"),
    userconfig: valuesOf("user"),
    paths: { ...pathOf(config, "userconfig"), ...pathOf(config, "globalconfig") },
    environment: valuesOf("env"),
    problems,
  };
}

function pathOf(config: PersonalConfig, key: "userconfig" | "globalconfig"): PersonalLayers["paths"] {
  const path: unknown = config.list[0]?.[key];
  return typeof path === "string" ? { [key]: path } : {};
}
