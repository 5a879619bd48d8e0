/** Files of variables that Bun reads in a project's folder before it installs, as far as they name a registry. */
import { basename, join } from "node:path";
import { variable } from "../environment.ts";
import { readPlainFile } from "./plain-file.ts";

/** Variables that name the default registry; the first that is set counts, whichever place it is set in. */
export const REGISTRY_VARIABLES = ["BUN_CONFIG_REGISTRY", "NPM_CONFIG_REGISTRY", "npm_config_registry"] as const;

export interface BunEnvironment {
  /** Of the registry variables, which the environment itself may override one by one. */
  readonly registries: ReadonlyMap<string, { readonly value: string; readonly path: string }>;
  /** A file sets a token for the default registry. */
  readonly hasToken: boolean;
  /** Why a file that may name a registry was not read, as a clause; null where there is none. */
  readonly unread: string | null;
}

export const NO_ENVIRONMENT_FILES: BunEnvironment = { registries: new Map(), hasToken: false, unread: null };

/**
 * Seen in Bun 1.4.4: `bun install` reads them for production unless NODE_ENV says otherwise, only in the root's folder, and
 * a variable counts from the first file that sets it. https://bun.com/docs/runtime/environment-variables
 */
export function bunEnvironment(root: string, env: NodeJS.ProcessEnv): BunEnvironment {
  const mode = variable(env, "NODE_ENV") ?? "production";
  const registries = new Map<string, { readonly value: string; readonly path: string }>();
  let hasToken = false;
  let unread: string | null = null;
  for (const name of [`.env.${mode}.local`, ".env.local", `.env.${mode}`, ".env"]) {
    const path = join(root, name);
    const file = readPlainFile(path);
    if (file.kind === "absent") continue;
    const set = file.kind === "text" ? registriesIn(file.text) : null;
    if (set === null) unread ??= `${basename(path)} may set Bun's registry and could not be read whole`;
    for (const [key, value] of set ?? []) if (!registries.has(key)) registries.set(key, { value, path });
    hasToken ||= file.kind === "text" && TOKEN.test(file.text);
  }
  return { registries, hasToken, unread };
}

const NAMES = REGISTRY_VARIABLES.join("|");
const MENTION = new RegExp(NAMES);
/** A value that stands for itself: no variable, no escape, no comment, nothing that goes on in the next line. */
const PLAIN = new RegExp(`^\\s*(?:export\\s+)?(${NAMES})\\s*[=:]\\s*(["']?)([^\\s"'\`$#\\\\]+)\\2\\s*$`);
const TOKEN = /BUN_CONFIG_TOKEN|NPM_CONFIG_TOKEN|npm_config_token/;

/** Of several lines the last counts. null where a registry is named in a way that is not read here. */
function registriesIn(text: string): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>();
  if (!MENTION.test(text)) return found;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*#/.test(line)) continue;
    // A quote that is still open would make the next lines part of its value.
    if (['"', "'", "`"].some((quote) => line.split(quote).length % 2 === 0)) return null;
    const [, key, , value] = PLAIN.exec(line) ?? [];
    if (key !== undefined && value !== undefined) found.set(key, value);
    else if (MENTION.test(line)) return null;
  }
  return found;
}
