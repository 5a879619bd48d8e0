import { readNpmrcConfig } from "./npmrc.ts";
import { readTomlConfig } from "./toml.ts";
import type { ConfigTree } from "./tree.ts";
import { readPnpmConfig, readYarnConfig } from "./yaml.ts";
import { readYarnrcClassicConfig } from "./yarnrc-classic.ts";

/** Every kind of policy file, by the name that reports give it. */
const CONFIGS = {
  npmrc: { fileName: ".npmrc", read: readNpmrcConfig },
  "pnpm-workspace": { fileName: "pnpm-workspace.yaml", read: readPnpmConfig },
  yarnrc: { fileName: ".yarnrc.yml", read: readYarnConfig },
  "yarnrc-classic": { fileName: ".yarnrc", read: readYarnrcClassicConfig },
  bunfig: { fileName: "bunfig.toml", read: readTomlConfig },
} as const satisfies Record<string, { readonly fileName: string; readonly read: (text: string) => ConfigTree }>;

export type ConfigKind = keyof typeof CONFIGS;

export const CONFIG_KINDS = Object.keys(CONFIGS) as readonly ConfigKind[];

export const CONFIG_NAMES: readonly string[] = Object.values(CONFIGS).map(({ fileName }) => fileName);

export function configFileName(kind: ConfigKind): string {
  return CONFIGS[kind].fileName;
}

/** What a policy file of this name (without its folder) is; null when it is none. */
export function configKind(fileName: string): ConfigKind | null {
  return CONFIG_KINDS.find((kind) => CONFIGS[kind].fileName === fileName) ?? null;
}

/** Reads a policy file. Never throws: what is wrong is in `problems`. */
export function readConfig(kind: ConfigKind, text: string): ConfigTree {
  return CONFIGS[kind].read(text);
}
