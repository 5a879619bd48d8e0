import type { DocumentProblem, Lockfile, LockfileFormat } from "../model.ts";
import { STATES_NOTHING } from "./stated.ts";

/** The model of a lockfile of which nothing could be read, and why. */
export function nothingRead(format: LockfileFormat, problem: DocumentProblem): Lockfile {
  return {
    type: "lockfile",
    format,
    formatVersion: "0",
    packages: [],
    importers: [],
    dependenciesOf: () => [],
    statedBy: () => STATES_NOTHING,
    leansOnManifests: false,
    problems: [problem],
  };
}
