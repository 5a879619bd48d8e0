/** Variables of the environment in settings, as each package manager fills them in. */
import type { ConfigKind } from "../documents/config/index.ts";
import { LONGEST_ADDRESS } from "../documents/limits.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A part of a setting's text. */
export interface Piece {
  readonly text: string;
  /** The name of the variable that it is the value of; null for what the setting itself says. */
  readonly variable: string | null;
}

/** A setting's text with its variables filled in; null when the package manager would stop at it. */
export type Pieces = readonly Piece[] | null;

export function joined(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

type Expand = (text: string, env: Environment) => Pieces;

/** By the kind of file; `.npmrc` as npm reads it. */
const EXPANSIONS: Readonly<Record<ConfigKind, Expand>> = {
  npmrc: expandNpm,
  yarnrc: expandYarn,
  "pnpm-workspace": expandPnpm,
  bunfig: expandBun,
  // https://classic.yarnpkg.com/lang/en/docs/yarnrc/
  "yarnrc-classic": (text) => [{ text, variable: null }],
};

/**
 * A value with its variables filled in.
 * @param env undefined: not known, as in a workspace that is not trusted
 * @returns null where the value is not known
 */
export function filledIn(kind: ConfigKind, text: string, env: Environment | undefined): string | null {
  const pieces = EXPANSIONS[kind](text, env ?? {});
  const filled = pieces === null ? null : joined(pieces);
  // What has a variable in it stands for something else than it says.
  return env === undefined && filled !== text ? null : filled;
}

const NPM_VARIABLE = /(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}/g;

/** `${NAME}`, `${NAME?}`. https://github.com/npm/cli/blob/latest/workspaces/config/lib/env-replace.js, but that a variable must be set. */
export function expandNpm(text: string, env: Environment): Pieces {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(NPM_VARIABLE)) {
    const [whole, escape = "", name = "", optional] = found;
    pieces.push({ text: text.slice(end, found.index), variable: null });
    end = found.index + whole.length;
    if (escape.length % 2 === 1) {
      pieces.push({ text: whole.slice((escape.length + 1) / 2), variable: null });
      continue;
    }
    const value = valueOf(env, name) ?? (optional === undefined ? null : "");
    if (value === null) return null;
    pieces.push({ text: value, variable: name });
  }
  return withoutEmpty([...pieces, { text: text.slice(end), variable: null }]);
}

/** `${NAME}`, `${NAME-default}`, `${NAME:-default}`. https://github.com/pnpm/components/tree/main/config/env-replace */
export function expandPnpm(text: string, env: Environment): Pieces {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^${}:-]+)(?:(:)?-([^${}]*))?\}/g)) {
    const [whole, name = "", colon, fallback] = match;
    pieces.push({ text: text.slice(end, match.index), variable: null });
    end = match.index + whole.length;
    const value = valueOf(env, name);
    const isSet = value !== undefined && (colon === undefined || value !== "");
    if (!isSet && fallback === undefined) return null;
    pieces.push(isSet ? { text: value, variable: name } : { text: fallback ?? "", variable: null });
  }
  return withoutEmpty([...pieces, { text: text.slice(end), variable: null }]);
}

/** Where a variable begins: `${NAME`. */
const YARN_VARIABLE = /\$\{(\w+)/g;

/**
 * `${NAME}`, `${NAME-default}` and `${NAME:-default}`; a variable without a value or a default is an error.
 * packages/yarnpkg-core/sources/miscUtils.ts (`replaceEnvVariables`)
 */
export function expandYarn(text: string, env: Environment): Pieces {
  if (text.length > LONGEST_ADDRESS) return null;
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: start, 1: name = "", index } of text.matchAll(YARN_VARIABLE)) {
    // Within the default of another.
    if (index < end) continue;
    const close = text.indexOf("}", index);
    if (close === -1) break;
    pieces.push({ text: text.slice(end, index), variable: null });
    end = close + 1;
    const inner = text.slice(index + start.length, close);
    const fallback = inner.replace(/^:?-?/, "");
    const value = valueOf(env, name);
    if (value !== undefined && (value !== "" || !inner.startsWith(":"))) pieces.push({ text: value, variable: name });
    else if (/^:?-/.test(inner) || fallback !== "") pieces.push({ text: fallback, variable: null });
    else if (value === undefined) return null;
  }
  return withoutEmpty([...pieces, { text: text.slice(end), variable: null }]);
}

/** The whole text is `$NAME`: nothing else is filled in. https://bun.com/docs/runtime/bunfig */
export function expandBun(text: string, env: Environment): Pieces {
  if (!text.startsWith("$")) return [{ text, variable: null }];
  const name = text.slice(1);
  const value = valueOf(env, name);
  return value === undefined ? null : [{ text: value, variable: name }];
}

function valueOf(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

function withoutEmpty(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.filter(({ text }) => text !== "");
}
