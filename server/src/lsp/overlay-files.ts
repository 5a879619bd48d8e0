import { known } from "../core/facts/fact.ts";
import type { Files } from "../core/ports.ts";

/** Files as the editor shows them: an open document's text stands for what is on disk. */
export function overlayFiles(files: Files, openText: (uri: string) => string | null): Files {
  return {
    async read(uri, cancel) {
      const text = openText(uri);
      return text === null ? files.read(uri, cancel) : known(text);
    },
    list: (folder, cancel) => files.list(folder, cancel),
  };
}
