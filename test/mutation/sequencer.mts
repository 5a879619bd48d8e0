/** The rule cases first: they cover most of the core, and a mutant that a test notices needs no other. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

export default class RulesFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1)));
  }
}

function rank({ moduleId }: TestSpecification): number {
  return moduleId.includes("/test/rules/") ? 0 : 1;
}
