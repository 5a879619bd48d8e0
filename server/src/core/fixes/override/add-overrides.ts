/** Adds overrides for names under which a release is locked, as each package manager writes them. */
import type { LockfileFormat } from "../../model.ts";
import { addToBun } from "./managers/bun.ts";
import type { AddOverrides, Addition } from "./managers/addition.ts";
import { addToNpm } from "./managers/npm.ts";
import { addToPnpm } from "./managers/pnpm.ts";
import { addToYarnBerry, addToYarnClassic } from "./managers/yarn.ts";
import type { FileEdit } from "../project-texts.ts";

const MANAGERS: Readonly<Record<LockfileFormat, AddOverrides>> = {
  npm: addToNpm,
  "yarn-classic": addToYarnClassic,
  "yarn-berry": addToYarnBerry,
  pnpm: addToPnpm,
  bun: addToBun,
};

/** @returns null where this package manager or the project's files leave no room for one of them */
export function addOverrides(addition: Addition): readonly FileEdit[] | null {
  // What is asked of a registry by its name would be asked of another one by an override.
  if (addition.dependents.places.some(({ registryName }) => registryName !== undefined)) return null;
  return MANAGERS[addition.dependents.format](addition);
}
