import type { DeclaredDependency, DeclaredOverride } from "../model.ts";
import { mapAt, type ConfigMap } from "./config/tree.ts";
import { overrideTarget } from "./override-key.ts";
import { resolveReferences } from "./overrides.ts";
import { parseSpecifier } from "./specifier.ts";
import { runWhole } from "../task.ts";

export interface WorkspaceOverride {
  readonly override: DeclaredOverride;
  /** Its value may be replaced by another as it stands. */
  readonly isReplaceable: boolean;
}

/**
 * The `overrides` of a pnpm-workspace.yaml: https://pnpm.io/settings#overrides. Those that take a package out (`-`) are
 * left out.
 * @param dependencies of the root manifest, which `$name` refers to
 */
export function readWorkspaceOverrides(
  root: ConfigMap,
  dependencies: readonly DeclaredDependency[],
): readonly WorkspaceOverride[] {
  const found = [...mapAt(root, "overrides").entries.values()].flatMap(({ key, keySpan, value }) => {
    if (value.kind !== "scalar" || value.text === "" || value.text === "-") return [];
    const { text: raw, span: specSpan, isReplaceable } = value;
    const { name } = overrideTarget("pnpm.overrides", key);
    const override: DeclaredOverride = {
      field: "pnpm.overrides",
      keys: [key],
      name,
      raw,
      specifier: parseSpecifier(name, raw),
      nameSpan: keySpan,
      specSpan,
    };
    return [{ override, isReplaceable }];
  });
  const resolved = runWhole(
    resolveReferences(
      found.map(({ override }) => override),
      dependencies,
    ),
  );
  return found.map(({ isReplaceable, override }, index) => ({ override: resolved[index] ?? override, isReplaceable }));
}
