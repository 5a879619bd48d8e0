/** The Files port on node:fs. */
import { constants } from "node:fs";
import { open, readdir, type FileHandle } from "node:fs/promises";
import { known, unknown, type Fact, type Unknown } from "../core/facts/fact.ts";
import type { Cancellation, FileEntry, Files } from "../core/ports.ts";
import { pathOf } from "./uri.ts";

const DEFAULT_LARGEST = 200 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** A FIFO without a writer must not hold us up; Windows has neither. */
const READ = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

/** `largest`: bytes. What is larger is `malformed`, not read in part. */
export function createFiles(largest: number = DEFAULT_LARGEST): Files {
  return {
    read: (uri, cancel) => readText(uri, largest, cancel),
    list: (folder, cancel) => listFolder(folder, cancel),
  };
}

async function readText(uri: string, largest: number, cancel: Cancellation): Promise<Fact<string>> {
  cancel.throwIfAborted();
  const path = pathOf(uri);
  if (path === null) return NOT_ON_DISK;
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, READ);
    const stat = await handle.stat();
    if (!stat.isFile()) return unknown("malformed", stat.isDirectory() ? "it is a folder" : "it is not a plain file");
    if (stat.size > largest) return tooLarge(largest);
    const bytes = await readBounded(handle, stat.size, largest, cancel);
    // Without the byte order mark, as editors give the text.
    return bytes === null ? tooLarge(largest) : known(new TextDecoder("utf-8").decode(bytes));
  } catch (error) {
    cancel.throwIfAborted();
    return failureFrom(error);
  } finally {
    await handle?.close();
  }
}

/** Null when there is more than `largest`: a file may grow while it is read. */
async function readBounded(
  handle: FileHandle,
  size: number,
  largest: number,
  cancel: Cancellation,
): Promise<Buffer | null> {
  let buffer = Buffer.allocUnsafe(size + 1);
  let filled = 0;
  for (;;) {
    cancel.throwIfAborted();
    if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(CHUNK)]);
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    filled += bytesRead;
    if (filled > largest) return null;
  }
}

async function listFolder(folder: string, cancel: Cancellation): Promise<Fact<readonly FileEntry[]>> {
  cancel.throwIfAborted();
  const path = pathOf(folder);
  if (path === null) return NOT_ON_DISK;
  try {
    const entries = await readdir(path, { withFileTypes: true });
    cancel.throwIfAborted();
    return known(entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() })));
  } catch (error) {
    cancel.throwIfAborted();
    return failureFrom(error);
  }
}

const NOT_ON_DISK = unknown("not-found", "it is not a file on this machine");

function tooLarge(largest: number): Unknown {
  return unknown("malformed", `larger than ${Math.round(largest / 1024 / 1024)} MB`);
}

/** A failure of node:fs as a fact. */
export function failureFrom(error: unknown): Unknown {
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return unknown("not-found", "there is no such file");
    // A socket, or a device that is not there.
    case "ENXIO":
      return unknown("malformed", "it is not a plain file");
    case "EACCES":
    case "EPERM":
      return unknown("unauthorized", "permission was denied");
    case "EISDIR":
      return unknown("malformed", "it is a folder");
    case "ELOOP":
      return unknown("malformed", "it is a symbolic link that leads nowhere");
    default:
      return unknown("unreachable", `it could not be read (${code})`);
  }
}
