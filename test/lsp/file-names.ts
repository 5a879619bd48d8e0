/** Files of a machine with these links, by the URIs of folders. */
import { normalUri } from "../../server/src/core/util/uri.ts";
import type { FileNames } from "../../server/src/lsp/workspace-folders.ts";

export function namesWith(links: Readonly<Record<string, string>>): FileNames {
  return {
    normal: (uri) => normalUri(uri, "posix"),
    ofPath: (path) => `file://${path}`,
    real: (folder) => {
      const link = Object.keys(links).find((from) => folder === from || folder.startsWith(`${from}/`));
      return link === undefined ? folder : `${links[link] ?? ""}${folder.slice(link.length)}`;
    },
  };
}
