/** Made-up attacks that must be seen in their first hour, and ordinary twins of them of which nothing must be said. */
import { describe, expect, it } from "vitest";
import { readScenario, saidOf, scenarios, wrongIn, type Part, type Scenario } from "./scenarios.ts";

async function holds(part: Part, scenario: Scenario): Promise<void> {
  const said = await saidOf(part);
  const wrong = wrongIn(part, said, scenario);
  if (part.pending === null) expect({ wrong, said }).toEqual({ wrong: [], said });
  else if (wrong.length === 0) throw new Error(`It holds now: take "pending" out of it (${part.pending}).`);
}

const HOUR = 3_600_000;

/** The newest publication by then, ms since epoch. */
function newest({ given }: Part): number {
  const all = Object.values(given.world.packages ?? {}).flatMap((releases) => Object.values(releases));
  return Math.max(...all.map((one) => Date.parse(typeof one === "string" ? one : one.at)));
}

describe.each(scenarios())("%s", (_name, scenario) => {
  const { attack, ordinary, later } = scenario;

  it("says of the attack what it has to", () => holds(attack, scenario));

  it("says nothing of the ordinary twin but its age", () => holds(ordinary, scenario));

  it("is judged in the first hour of both, or says why not", () => {
    for (const part of later === null ? [attack, ordinary] : []) {
      const age = Date.parse(part.given.now) - newest(part);
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(HOUR);
    }
  });
});

const BLOCKS = "```moment\n2026-06-04T00:00:00Z\n```\n";

it.each([
  ["no twin", `# A\n\nB.\n\n${BLOCKS}\n## Attack\n`],
  ["nothing expected", `# A\n\nB.\n\n${BLOCKS}\n## Attack\n\n## Ordinary\n`],
  [
    "a twin of which something is expected",
    `# A\n\nB.\n\n${BLOCKS}\n## Attack\n\n\`\`\`json expect\n[{"rule":"x","severity":"error"}]\n\`\`\`\n\n## Ordinary\n\n\`\`\`json expect\n[]\n\`\`\`\n`,
  ],
])("a scenario with %s is refused", (_, text) => {
  expect(() => readScenario(text)).toThrow();
});
