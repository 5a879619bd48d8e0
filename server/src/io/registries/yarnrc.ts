/** The settings of Yarn Berry over all its `.yarnrc.yml` files and the environment. */
import { basename, dirname, isAbsolute, resolve } from "node:path";
import { environmentSettings } from "../../core/config/environment.ts";
import { expandYarn, joined, type Pieces } from "../../core/config/variables.ts";
import { YarnLayers } from "../../core/config/yarn-layers.ts";
import type { ConfigMap } from "../../core/documents/config/tree.ts";
import type { Author } from "./address.ts";
import type { Machine } from "./config.ts";
import { readConfigFile } from "./config-file.ts";
import type { RegistryScope } from "./registry-scope.ts";
import { settingsFiles } from "./settings-files.ts";

/** One value, with where it stands. */
export interface Written {
  readonly pieces: Pieces;
  readonly author: Author;
  readonly path: string;
  /** What relative paths start from. */
  readonly folder: string;
}

interface Source extends Omit<Written, "pieces"> {
  readonly settings: ConfigMap;
}

/** Settings by name, of those that are a text. */
interface Environment extends Omit<Written, "pieces"> {
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * The environment first, then every `.yarnrc.yml` from the project upwards, then the home folder's.
 * https://yarnpkg.com/configuration/yarnrc, packages/yarnpkg-core/sources/Configuration.ts (`find`, `use`)
 */
export class Yarnrc {
  readonly #layers: YarnLayers;

  private constructor(
    private readonly environment: Environment,
    private readonly files: readonly Source[],
    private readonly env: NodeJS.ProcessEnv,
    /** Why a file could not be read, as a clause. */
    readonly unread: string | null,
  ) {
    this.#layers = YarnLayers.of(files.map(({ settings }) => settings));
  }

  static read(project: RegistryScope | null, machine: Machine): Yarnrc {
    const { env, home } = machine;
    const files = settingsFiles({ kind: "yarn-berry", version: null }, project, machine.places).map(
      ({ path, author }) => ({ author, folder: dirname(path), ...readConfigFile(path, "yarnrc", machine) }),
    );
    const environment: Environment = {
      texts: environmentSettings("yarnrc", env),
      author: "person",
      path: "the environment",
      folder: project?.own ?? home,
    };
    return new Yarnrc(environment, files, env, files.find(({ unread }) => unread !== null)?.unread ?? null);
  }

  /** What the person alone says. */
  get personal(): Yarnrc {
    return new Yarnrc(
      this.environment,
      this.files.filter(({ author }) => author === "person"),
      this.env,
      this.unread,
    );
  }

  /** The value that holds at a path of keys; null where none is. Yarn takes every scalar as text; all else is an empty one here. */
  at(...path: readonly string[]): Written | null {
    const key = path.at(-1) ?? "";
    const text = path.length === 1 ? this.environment.texts.get(key) : undefined;
    if (text !== undefined) return written(this.environment, text, this.env);
    const around = this.#at(path.slice(0, -1));
    if (!around.keys.has(key)) return null;
    const { values, holding } = around.below(key);
    const value = values[holding[0] ?? -1];
    const place = this.files[holding[0] ?? values.findIndex((other) => other !== null)];
    return place === undefined ? null : written(place, value?.kind === "scalar" ? value.text : "", this.env);
  }

  /** The text at a path; null where none is, or where it names a variable that is not set. */
  text(...path: readonly string[]): string | null {
    const pieces = this.at(...path)?.pieces ?? null;
    return pieces === null ? null : joined(pieces);
  }

  /** The file that a path of keys names, as an absolute path. */
  file(...path: readonly string[]): { readonly path: string; readonly author: Author } | null {
    const written = this.at(...path);
    const pieces = written?.pieces ?? null;
    if (written === null || pieces === null) return null;
    return { path: resolve(written.folder, joined(pieces)), author: written.author };
  }

  flag(...path: readonly string[]): boolean | null {
    const text = this.text(...path);
    return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : null;
  }

  /** The keys of a map over all files, the nearest first. */
  keys(...path: readonly string[]): ReadonlySet<string> {
    return this.#at(path).keys;
  }

  /** That something else stands where Yarn takes a map only, as a clause; null when not. */
  misfit(...path: readonly string[]): string | null {
    const { values, holding } = this.#at(path);
    const at = holding[0] ?? -1;
    const value = values[at] ?? null;
    return value === null || value.kind === "map"
      ? null
      : `${path.join(".")} in ${basename(this.files[at]?.path ?? "")} is not a map of settings`;
  }

  #at(path: readonly string[]): YarnLayers {
    return path.reduce((layers, key) => layers.below(key), this.#layers);
  }
}

/** Where it stands, without what leads there. */
export function placeOf({ author, path }: Written): string {
  return `${author === "person" && isAbsolute(path) ? "~/" : ""}${basename(path)}`;
}

function written({ author, path, folder }: Omit<Written, "pieces">, text: string, env: NodeJS.ProcessEnv): Written {
  return { author, path, folder, pieces: expandYarn(text, env) };
}
