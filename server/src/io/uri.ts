/** Between URIs as editors write them and paths. */
import { URI } from "vscode-uri";

/** The path of a `file:` URI; null for every other scheme. */
export function pathOf(uri: string): string | null {
  const parsed = URI.parse(uri);
  return parsed.scheme === "file" ? parsed.fsPath : null;
}

export function uriOf(path: string): string {
  return URI.file(path).toString();
}
