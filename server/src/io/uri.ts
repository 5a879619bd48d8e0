/** Between URIs as editors write them and paths. */
// eslint-disable-next-line no-restricted-imports -- vscode-uri knows no editor: it is the spelling of URIs that LSP clients send.
import { URI } from "vscode-uri";

/** The path of a `file:` URI; null for every other scheme. */
export function pathOf(uri: string): string | null {
  const parsed = URI.parse(uri);
  return parsed.scheme === "file" ? parsed.fsPath : null;
}

export function uriOf(path: string): string {
  return URI.file(path).toString();
}
