/** What a folder or a packed file of the person's own brings in, where no lockfile says so. */
import type { LockfileFormat } from "../model.ts";
import { wordsOf, type ProjectAsk } from "../project/asks.ts";
import { oneLine } from "../util/sanitize.ts";
import { folderOf, join, relativePath, resolvedFrom } from "../util/uri.ts";
import type { ReadProject } from "./read.ts";

/** `link:` installs nothing of what it leads to; the others do. */
const PROTOCOL = /^(?:file|portal):/i;
const PACKED = /\.(?:tgz|tar\.gz|tar)$/i;

/**
 * Why it is not known what a path of an ask brings in, as a clause; null where it is known, or nothing is brought in.
 * Tried: npm 11 and 12, pnpm 9 to 12, Yarn 1.22 and 4.18, Bun 1.4. npm installs nothing of folders outside of the project.
 *
 * @param managers that may install what no lockfile holds
 */
export function localGap(
  ask: ProjectAsk,
  { folder: root, manifests, opened }: Pick<ReadProject, "folder" | "manifests" | "opened">,
  managers: readonly LockfileFormat[],
): string | null {
  const words = wordsOf(ask).trim();
  if (/^link:/i.test(words)) return null;
  // Yarn adds who asks, behind a `::`.
  const [path = ""] = words.replace(PROTOCOL, "").split(/[#?]|::/);
  if (PACKED.test(path)) return "no lockfile holds what this packed file brings in";
  if (managers.every((manager) => manager === "npm")) return null;
  const folder = path.startsWith("~/") ? null : resolvedFrom(folderOf(ask.uri), path.replace(/^\/\/(?=\/)/, ""));
  if (folder !== null) {
    const manifest = join(folder, "package.json");
    if (manifests.some(({ document }) => document.uri === manifest)) return null;
    // What is opened or scanned is checked by itself, but for what is installed.
    const below = [root, ...opened].map((each) => relativePath(each, folder)).find((each) => each !== null);
    if (below !== undefined && !below.split("/").includes("node_modules")) return null;
  }
  return `no lockfile holds what ${oneLine(path, 80)} brings in, and that folder is not checked`;
}
