/** A configuration file in YAML or TOML, as those package managers take it that stop at a file they cannot read. */
import { basename } from "node:path";
import type { ConfigKind } from "../../core/documents/config/index.ts";
import { EMPTY_MAP, type ConfigMap } from "../../core/documents/config/tree.ts";
import type { Machine } from "./config.ts";

export interface ConfigFile {
  readonly path: string;
  readonly settings: ConfigMap;
  /** Why it could not be read whole, as a clause; null when it was, or is not there. */
  readonly unread: string | null;
}

/** `kind`: what the file is, whatever its name. */
export function readConfigFile(
  path: string,
  kind: Exclude<ConfigKind, "npmrc">,
  { files }: Pick<Machine, "files">,
): ConfigFile {
  const file = files.plain(path);
  if (file.kind === "absent") return { path, settings: EMPTY_MAP, unread: null };
  if (file.kind !== "text") return { path, settings: EMPTY_MAP, unread: `${basename(path)} could not be read whole` };
  if (/^\s*$/.test(file.text)) return { path, settings: EMPTY_MAP, unread: null };
  const tree = files.tree(path, kind, file.text);
  return tree.problems.length === 0
    ? { path, settings: tree.root, unread: null }
    : { path, settings: EMPTY_MAP, unread: `${basename(path)} has an error in it` };
}
