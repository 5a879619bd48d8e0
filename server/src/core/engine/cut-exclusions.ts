/** Lists of exceptions that releases could not be held against whole. */
import { configFileName } from "../documents/config/index.ts";
import { entryAt } from "../documents/config/tree.ts";
import { MOST_PATTERNS, type CutList } from "../policy/exclusions.ts";
import { EMPTY_SPAN } from "../util/text.ts";
import type { FileProblem } from "./file-findings.ts";
import type { ReadProject } from "./read.ts";

/** A list that is not in a file of the project's own is reported at its root manifest, or a lockfile. */
export function cutExclusions(
  cut: readonly CutList[],
  { configs, manifests, lockfiles }: Pick<ReadProject, "configs" | "manifests" | "lockfiles">,
): readonly FileProblem[] {
  return cut.flatMap(({ kind, file, path, patterns }) => {
    const home = file === configFileName(kind) ? configs.find((config) => config.kind === kind) : undefined;
    const uri = home?.uri ?? manifests.find(({ importer }) => importer === "")?.document.uri ?? lockfiles[0]?.uri;
    if (uri === undefined) return [];
    const list = `${path.at(-1) ?? ""} in ${file}`;
    const clause =
      patterns > MOST_PATTERNS
        ? `${list} has ${patterns} patterns, more than the ${MOST_PATTERNS} that are matched`
        : `${list} has patterns or ranges that cannot be matched with all packages of this project in a short time`;
    const message = `${clause}. Packages that only the others exempt count as not exempt. Use fewer patterns, or whole names and versions.`;
    const span = home === undefined ? EMPTY_SPAN : (entryAt(home.model.root, ...path)?.keySpan ?? EMPTY_SPAN);
    return [{ uri, span, message, unknown: { code: "malformed" as const, clause } }];
  });
}
