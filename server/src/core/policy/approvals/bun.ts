import { entryAt, scalarsAt } from "../../documents/config/tree.ts";
import { layersOf, type PolicyFile } from "../../config/layers.ts";
import { WORKSPACE_MANIFEST } from "../../config/sources.ts";
import { nearestSwitch, sameForAll, turnedOn, type Approval, type StatedApprovals } from "./approval.ts";
import { npmrcSwitch } from "./npm.ts";

/**
 * Bun: `trustedDependencies` of names, of every manifest of the project together. Where there is none, Bun goes by a list
 * of its own, which changes from version to version and is not known here. `ignoreScripts` in `bunfig.toml`, else
 * `ignore-scripts` in `.npmrc`, stops all. https://bun.com/docs/pm/lifecycle; Bun: lockfile.zig, hasTrustedDependency
 */
export function bunApprovals(files: readonly PolicyFile[]): StatedApprovals {
  const stated = nearestSwitch(layersOf(files, "bunfig"), "ignoreScripts", ({ settings }) => {
    const written = entryAt(settings, "install", "ignoreScripts")?.value;
    return written === undefined ? null : written.kind === "scalar" && written.value === true;
  });
  const ignored = turnedOn(stated ?? npmrcSwitch(layersOf(files, "npmrc"), "ignore-scripts", false));
  if (ignored !== null) return sameForAll({ runs: false, given: "denied", origin: ignored }, true);
  const manifests = files
    .filter(({ kind }) => kind === "package-json" || kind === WORKSPACE_MANIFEST)
    .map(({ model }) => model.root);
  const lists = manifests.filter((manifest) => entryAt(manifest, "trustedDependencies")?.value.kind === "list");
  const trusted = new Set(
    lists.flatMap((manifest) => scalarsAt(manifest, "trustedDependencies").map(({ text }) => text)),
  );
  const origin = "trustedDependencies in package.json";
  const unlisted: Approval =
    lists.length === 0
      ? { runs: null, given: "none", origin: "Bun's own list" }
      : { runs: false, given: "none", origin };
  return {
    areWanted: true,
    areWritten: trusted.size > 0,
    of: ({ name }) => (trusted.has(name) ? { runs: true, given: "name", origin } : unlisted),
  };
}
