import type { Lockfile } from "../../../server/src/core/model.ts";
import { edges } from "./help.ts";
import type { Expected } from "./pnpm-reference.ts";

/** `name@version` of every place that locks a package of a registry, sorted. */
export function registryOf({ packages }: Lockfile): string[] {
  return packages
    .filter(({ source }) => source === "registry")
    .map(({ name, version }) => `${name}@${version}`)
    .sort();
}

/** What the reader found, in the words of the reference. */
export function found(lockfile: Lockfile): Expected {
  const ofNine = (lockfile.formatVersion.split(".")[0] ?? "") >= "7";
  return {
    registry: registryOf(lockfile),
    // pnpm has no entries for links.
    places: lockfile.packages
      .filter(({ source }) => source !== "link")
      .map(({ key, name, version, source, integrity, resolved, dev, optional, hasInstallScript }) => {
        const fields = [
          source === "registry" ? `${name}@${version}` : "elsewhere",
          integrity ?? "",
          source === "git" ? "" : (resolved ?? ""),
          !ofNine && dev ? "dev" : "",
          optional ? "optional" : "",
          ofNine ? hasInstallScript : hasInstallScript === true,
        ];
        return [key, ...fields].join(" ");
      })
      .sort(),
    edges: edges(lockfile)
      .filter((edge) => !edge.includes("@link:"))
      .sort(),
    importers: lockfile.importers
      .flatMap(({ path, dependencies }) =>
        dependencies.map(
          ({ alias, target }) =>
            `${path} ${alias} -> ${target === null || lockfile.packages[target]?.source === "link" ? "none" : (lockfile.packages[target]?.key ?? "?")}`,
        ),
      )
      .sort(),
  };
}
