/** Files of settings and certificates: each is read and parsed once, however many folders and registries share it. */
import { LRUCache } from "lru-cache";
import { readConfig, type ConfigKind } from "../../core/documents/config/index.ts";
import type { ConfigTree } from "../../core/documents/config/tree.ts";
import { readPlainFile, type PlainFile } from "./plain-file.ts";

/** Text that is kept, in UTF-16 code units. */
const MOST_KEPT = 50_000_000;

/** The text of a file. The same object each time, so that what is worked out of it is worked out once. */
export interface FileText {
  readonly text: string;
}

export class FileMemory {
  readonly #files = new LRUCache<string, PlainFile>({ maxSize: MOST_KEPT, sizeCalculation: sizeOf });
  readonly #trees = new LRUCache<string, { readonly text: string; readonly tree: ConfigTree }>({
    maxSize: MOST_KEPT,
    sizeCalculation: sizeOf,
  });
  readonly #pems = new Map<string, readonly [text: string] | null>();

  /** Files are read anew when next asked for. */
  clear(): void {
    this.#files.clear();
    this.#trees.clear();
    this.#pems.clear();
  }

  plain(path: string): PlainFile {
    const present = this.#files.get(path);
    if (present !== undefined) return present;
    const file = readPlainFile(path);
    this.#files.set(path, file);
    return file;
  }

  /** The text of a file that is not a setting's; null where it cannot be read. */
  text(path: string): FileText | null {
    const file = this.plain(path);
    return file.kind === "text" ? file : null;
  }

  /** `kind`: what the file is, whatever its name. */
  tree(path: string, kind: ConfigKind, text: string): ConfigTree {
    const key = `${kind} ${path}`;
    const present = this.#trees.get(key);
    if (present?.text === text) return present.tree;
    const tree = readConfig(kind, text);
    this.#trees.set(key, { text, tree });
    return tree;
  }

  /**
   * The text of a file of certificates, as one of a list; null where it cannot be read. The same list each time. One text
   * may hold many certificates. https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions (`ca`)
   */
  pem(path: string): readonly [text: string] | null {
    const present = this.#pems.get(path);
    if (present !== undefined) return present;
    const file = this.plain(path);
    const read = file.kind === "text" ? ([file.text] as const) : null;
    this.#pems.set(path, read);
    return read;
  }
}

function sizeOf(file: PlainFile | { readonly text: string }): number {
  return "text" in file ? Math.max(1, file.text.length) : 1;
}
