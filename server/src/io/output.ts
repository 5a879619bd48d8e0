/** Writes what a person asked for to a file, or to a stream that may be redirected to one. */
import { fstatSync, writeFile as writeFileTo } from "node:fs";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { known, unknown, type Fact, type Unknown } from "../core/facts/fact.ts";

/** @param path absolute. A file that is there is replaced. */
export function writeTextFile(path: string, text: string): Promise<Fact<null>> {
  return writeFile(path, text).then(
    () => known(null),
    (error: unknown) => writeFailureFrom(error),
  );
}

/** All of the text is with the stream's reader, or it has left (`| head`), which is no failure. */
export async function writeToStream(stream: NodeJS.WriteStream & { fd: number }, text: string): Promise<Fact<null>> {
  try {
    // On a disk that fills up, the stream of a file takes a part for the whole.
    if (fstatSync(stream.fd).isFile()) await promisify(writeFileTo)(stream.fd, text);
    else
      await new Promise<void>(
        (resolve, reject) => void stream.write(text, (error) => (error ? reject(error) : resolve())),
      );
    return known(null);
  } catch (error) {
    return codeOf(error) === "EPIPE" ? known(null) : writeFailureFrom(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}

/** A failed write of node:fs as a fact. */
function writeFailureFrom(error: unknown): Unknown {
  const code = codeOf(error);
  switch (code) {
    case "ENOENT":
      return unknown("not-found", "its folder does not exist");
    case "ENOTDIR":
      return unknown("not-found", "a part of its path is not a folder");
    case "EISDIR":
      return unknown("malformed", "there is a folder of this name");
    case "ENOSPC":
      return unknown("unreachable", "the disk is full");
    case "EACCES":
    case "EPERM":
      return unknown("unauthorized", "permission was denied");
    case "EROFS":
      return unknown("unauthorized", "the file system is read-only");
    default:
      return unknown("unreachable", `the system says ${code}`);
  }
}
