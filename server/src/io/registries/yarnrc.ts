/** The settings of Yarn Berry over all its `.yarnrc.yml` files and the environment. */
import { basename, isAbsolute, join, resolve } from "node:path";
import type { ConfigMap } from "../../core/documents/config/tree.ts";
import { LONGEST_ADDRESS } from "../../core/documents/limits.ts";
import type { Author, Piece, Pieces } from "./address.ts";
import { joined } from "./address.ts";
import { variable } from "../environment.ts";
import type { Machine } from "./config.ts";
import { readConfigFile } from "./config-file.ts";
import { foldersUp, type RegistryScope } from "./registry-scope.ts";
import { Layers } from "./yarnrc-layers.ts";

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
  readonly #layers: Layers;

  private constructor(
    private readonly environment: Environment,
    private readonly files: readonly Source[],
    private readonly env: NodeJS.ProcessEnv,
    /** Why a file could not be read, as a clause. */
    readonly unread: string | null,
  ) {
    this.#layers = Layers.of(files.map(({ settings }) => settings));
  }

  static read(project: RegistryScope | null, machine: Machine): Yarnrc {
    const { env, home } = machine;
    const name = variable(env, "YARN_RC_FILENAME") ?? ".yarnrc.yml";
    const above = project === null ? [] : foldersUp(project.own).filter((folder) => folder !== home);
    const files = [
      ...above.map((folder) => ({ folder, author: "project" as const })),
      { folder: home, author: "person" as const },
    ].map((place) => ({ ...place, ...readConfigFile(join(place.folder, name), "yarnrc", machine) }));
    const environment: Environment = {
      texts: environmentOf(env),
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

  /** The absolute path that stands at a path of keys. */
  file(...path: readonly string[]): string | null {
    const written = this.at(...path);
    const pieces = written?.pieces ?? null;
    return written === null || pieces === null ? null : resolve(written.folder, joined(pieces));
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

  #at(path: readonly string[]): Layers {
    return path.reduce((layers, key) => layers.below(key), this.#layers);
  }
}

/** Where it stands, without what leads there. */
export function placeOf({ author, path }: Written): string {
  return `${author === "person" && isAbsolute(path) ? "~/" : ""}${basename(path)}`;
}

function written({ author, path, folder }: Omit<Written, "pieces">, text: string, env: NodeJS.ProcessEnv): Written {
  return { author, path, folder, pieces: piecesOf(text, env) };
}

/** Where a variable begins: `${NAME`. */
const VARIABLE = /\$\{(\w+)/g;

/**
 * `${NAME}`, `${NAME-fallback}` and `${NAME:-fallback}`; a variable without a value or a fallback is an error.
 * packages/yarnpkg-core/sources/miscUtils.ts (`replaceEnvVariables`)
 */
function piecesOf(text: string, env: NodeJS.ProcessEnv): Pieces {
  if (text.length > LONGEST_ADDRESS) return null;
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: start, 1: name = "", index } of text.matchAll(VARIABLE)) {
    // Within the fallback of another.
    if (index < end) continue;
    const close = text.indexOf("}", index);
    if (close === -1) break;
    pieces.push({ text: text.slice(end, index), variable: null });
    end = close + 1;
    const inner = text.slice(index + start.length, close);
    const fallback = inner.replace(/^:?-?/, "");
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && (value !== "" || !inner.startsWith(":"))) pieces.push({ text: value, variable: name });
    else if (fallback !== "") pieces.push({ text: fallback, variable: null });
    else if (value === undefined) return null;
  }
  return [...pieces, { text: text.slice(end), variable: null }].filter(({ text: part }) => part !== "");
}

/** `YARN_NPM_REGISTRY_SERVER` is `npmRegistryServer`. */
function environmentOf(env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const entries = Object.entries(env).flatMap(([variable, text]) => {
    const [, rest] = /^yarn_(.+)$/i.exec(variable) ?? [];
    if (rest === undefined || text === undefined) return [];
    const key = rest.toLowerCase().replace(/(?<!_)_+([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
    return [[key, text] as const];
  });
  return new Map(entries);
}
