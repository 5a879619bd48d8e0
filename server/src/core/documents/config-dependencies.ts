/** Packages that pnpm 10 and up installs before all others: https://pnpm.io/config-dependencies */
import { entryAt, mapAt, scalarAt, type ConfigMap, type ConfigScalar } from "./config/tree.ts";
import type { LockedPackage } from "../model.ts";

/** Where they are written, by the kind of file. pnpm from 11 on ignores those of a manifest. */
const HOMES: Readonly<Partial<Record<string, readonly string[]>>> = {
  "pnpm-workspace": [],
  "package-json": ["pnpm"],
};

/** Those of a policy file, or of a manifest. @param kind of the file */
export function configDependenciesIn(kind: string, root: ConfigMap): readonly LockedPackage[] {
  const home = HOMES[kind];
  return home === undefined ? [] : readConfigDependencies(mapAt(root, ...home));
}

/** What they are called, also those that lock nothing. @param kind of the file */
export function configDependencyNames(kind: string, root: ConfigMap): readonly string[] {
  const home = HOMES[kind];
  return home === undefined ? [] : [...mapAt(root, ...home, "configDependencies").entries.keys()];
}

/**
 * The `configDependencies` of a map of settings, each as what it locks: `1.0.0+sha512-…`, or a map with `integrity`
 * (the same text) and `tarball`. What names no exact version is left to the lockfile.
 */
function readConfigDependencies(root: ConfigMap): readonly LockedPackage[] {
  return [...mapAt(root, "configDependencies").entries.values()].flatMap(
    ({ key, keySpan, value }, id): readonly LockedPackage[] => {
      const scalar = value.kind === "scalar" ? value : value.kind === "map" ? scalarAt(value, "integrity") : null;
      const version = scalar === null ? null : versionIn(scalar);
      if (scalar === null || version === null) return [];
      const tarball = value.kind === "map" ? (entryAt(value, "tarball")?.value ?? null) : null;
      return [
        {
          id,
          key,
          alias: key,
          name: key,
          version,
          source: "registry",
          versionSpan: { start: scalar.span.start, end: scalar.span.start + version.length },
          nameSpan: keySpan,
          resolved: tarball?.kind === "scalar" ? tarball.text : null,
          integrity: scalar.text.slice(version.length + 1) || null,
          hasInstallScript: null,
          dev: false,
          optional: false,
          bundled: false,
          insteadOf: null,
        },
      ];
    },
  );
}

function versionIn({ text }: ConfigScalar): string | null {
  return /^\d+\.\d+\.\d+(?:-[\w.-]{1,100})?(?=\+|$)/.exec(text)?.[0] ?? null;
}
