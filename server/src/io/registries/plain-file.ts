/** Reading configuration files that anybody may have put there: never waits, never reads without end. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from "node:fs";

/** The largest configuration or certificate file that is read, bytes. */
const LARGEST = 5 * 1024 * 1024;
/** A FIFO without a writer must not hold us up; Windows has neither. */
const READ = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

/** `absent`: nothing by that name. `refused`: something is there that the system does not let us read as a file (a code). */
export type PlainFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly code: string }
  /** A device, a FIFO, larger than any such file is, or with more in it than its size says. */
  | { readonly kind: "odd" };

/** `head`: so many bytes from its beginning are enough, however large it is. */
export function readPlainFile(path: string, head: number | null = null): PlainFile {
  let handle: number | null = null;
  try {
    handle = openSync(path, READ);
    const stat = fstatSync(handle);
    if (stat.isDirectory()) return { kind: "refused", code: "EISDIR" };
    if (!stat.isFile() || (head === null && stat.size > LARGEST)) return { kind: "odd" };
    // One more than there should be: a file of the system's own (/proc) says that it is empty, and may have no end.
    const buffer = Buffer.alloc(head === null ? stat.size + 1 : Math.min(stat.size, head));
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(handle, buffer, filled, buffer.length - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    if (head === null && filled > stat.size) return { kind: "odd" };
    return { kind: "text", text: new TextDecoder("utf-8").decode(buffer.subarray(0, filled)) };
  } catch (error) {
    const code =
      error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
    // A socket, or a device that is not there.
    return code === "ENXIO" ? { kind: "odd" } : { kind: "refused", code };
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** A file that can be read without waiting for anyone, and whole. */
export function isPlainFile(path: string): boolean {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= LARGEST;
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
