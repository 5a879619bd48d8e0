import type { DocumentProblem, Lockfile, LockfileFormat } from "../model.ts";

/** The model of a lockfile of which nothing could be read, and why. */
export function nothingRead(format: LockfileFormat, problem: DocumentProblem): Lockfile {
  return {
    type: "lockfile",
    format,
    formatVersion: "0",
    packages: [],
    importers: [],
    dependenciesOf: () => [],
    leansOnManifests: false,
    problems: [problem],
  };
}
