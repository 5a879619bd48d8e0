/** What a project adds to the manifests of packages: dependencies that those do not have of their own. */
import type { DependencySection, Specifier } from "../model.ts";
import type { Span } from "../util/text.ts";
import { mapAt, scalarAt, type ConfigMap } from "./config/tree.ts";
import { parseSpecifier } from "./specifier.ts";

/** One dependency that is added. */
export interface PackageExtension {
  /** The package that gets it. */
  readonly extended: string;
  /** The versions of that package that get it; "" for all. */
  readonly range: string;
  readonly section: DependencySection;
  /** The name that it is installed under. */
  readonly alias: string;
  readonly raw: string;
  readonly specifier: Specifier;
  /** A peer that `peerDependenciesMeta` calls optional. */
  readonly isOptionalPeer: boolean;
  readonly nameSpan: Span;
  readonly specSpan: Span;
  /** Its value may be replaced by another as it stands. */
  readonly isReplaceable: boolean;
}

const SECTIONS: readonly DependencySection[] = ["dependencies", "optionalDependencies", "peerDependencies"];

/**
 * The dependencies in a `packageExtensions`, by keys like `foo`, `foo@1` or `@scope/foo@*`.
 * - pnpm: https://pnpm.io/settings#packageextensions
 * - Yarn: https://yarnpkg.com/configuration/yarnrc#packageExtensions
 * - Bun, from 1.4 on, at the top of `package.json`
 */
export function readPackageExtensions(extensions: ConfigMap): readonly PackageExtension[] {
  return [...extensions.entries.values()].flatMap(({ key, value }) => {
    if (value.kind !== "map") return [];
    const at = key.indexOf("@", 1);
    const extended = at === -1 ? key : key.slice(0, at);
    const range = at === -1 ? "" : key.slice(at + 1);
    const isOptional = (alias: string): boolean =>
      scalarAt(value, "peerDependenciesMeta", alias, "optional")?.value === true;
    return SECTIONS.flatMap((section) =>
      [...mapAt(value, section).entries.values()].flatMap((entry): readonly PackageExtension[] => {
        if (entry.value.kind !== "scalar" || entry.value.text === "") return [];
        const { text: raw, span: specSpan, isReplaceable } = entry.value;
        const specifier = parseSpecifier(entry.key, raw);
        const isOptionalPeer = section === "peerDependencies" && isOptional(entry.key);
        const added = { section, alias: entry.key, raw, specifier, isOptionalPeer };
        return [{ extended, range, ...added, nameSpan: entry.keySpan, specSpan, isReplaceable }];
      }),
    );
  });
}
