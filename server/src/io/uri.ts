/** Between URIs and the paths of this machine. */
import { fileUri, filePath, normalUri, type PathStyle } from "../core/util/uri.ts";

const STYLE: PathStyle = process.platform === "win32" ? "windows" : "posix";

/** The path of a `file:` URI; null for every other scheme. */
export function pathOf(uri: string): string | null {
  return filePath(uri, STYLE);
}

/** The URI of an absolute path, in the form in which URIs are compared. */
export function uriOf(path: string): string {
  return fileUri(path, STYLE);
}

/** A URI that comes from outside, in the form in which URIs are compared. */
export function normalOf(uri: string): string {
  return normalUri(uri, STYLE);
}
