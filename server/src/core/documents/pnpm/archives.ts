import type { Span } from "../../util/text.ts";
import { entryAt, scalarAt, type ConfigValue } from "../config/tree.ts";
import { readPnpmConfig } from "../config/yaml.ts";
import { textOf, type Pair } from "./pairs.ts";

/** What a resolution downloads for one platform. */
export interface Archive {
  /** null where it could not be read. */
  readonly address: string | null;
  readonly span: Span;
}

/**
 * Whether a resolution is of archives: `{type: variations, variants: [{resolution: {type: binary, url}, targets}]}`, or one
 * of these by itself. pnpm writes them for runtimes, and downloads them whatever the key is.
 * https://github.com/pnpm/pnpm/blob/main/resolving/resolver-base/src/index.ts
 */
export function ofArchives(resolution: readonly Pair[]): boolean {
  const type = textOf(resolution, "type");
  return type === "variations" || type === "binary";
}

/** Characters read in one lockfile: a runtime takes 10,000. What is beyond counts as unread. */
const MOST_READ = 1_000_000;

/** Reads the archives of one lockfile. */
export class ArchiveReader {
  #left = MOST_READ;

  /** @param lines of the entry `resolution` @param key its key */
  read({ text, start }: { readonly text: string; readonly start: number }, key: Span): readonly Archive[] {
    const unread = { address: null, span: key };
    this.#left -= text.length;
    if (this.#left < 0) return [unread];
    const { root, problems } = readPnpmConfig(text);
    const resolution = entryAt(root, "resolution")?.value;
    if (problems.length > 0 || resolution === undefined) return [unread];
    return archivesIn(resolution).map((found) =>
      found === null ? unread : { ...found, span: { start: found.span.start + start, end: found.span.end + start } },
    );
  }
}

/** null for one whose address is not there. */
function archivesIn(resolution: ConfigValue): readonly (Archive | null)[] {
  if (resolution.kind !== "map") return [null];
  const type = scalarAt(resolution, "type")?.text;
  if (type === "variations") {
    const variants = entryAt(resolution, "variants")?.value;
    if (variants?.kind !== "list") return [null];
    return variants.items.flatMap((variant) => {
      const own = variant.kind === "map" ? entryAt(variant, "resolution")?.value : undefined;
      // pnpm does not look into variants of variants.
      return own === undefined || (own.kind === "map" && scalarAt(own, "type")?.text === "variations")
        ? [null]
        : archivesIn(own);
    });
  }
  const members = type === "binary" ? ["url"] : ["tarball", "repo", "directory", "path"];
  const scalar = members.map((member) => scalarAt(resolution, member)).find((found) => found !== null);
  return [scalar === undefined ? null : { address: scalar.text, span: scalar.span }];
}
