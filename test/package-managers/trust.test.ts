/** Which releases that lost the proof of their origin the real pnpm refuses, beside what Depwarden says of it. */
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { casesToRun } from "./share.ts";
import { fetchTools, TOOLS } from "./tools.ts";
import { Workbench } from "./workbench.ts";

const HOUR = 3_600_000;
const WORKFLOW = { name: "GitHub Actions", trustedPublisher: "oidc:1" };

/** What stands in pnpm-workspace.yaml, the release that came after 1.0.0 without its proof, its age in hours, what pnpm does with it. */
const ROWS: readonly (readonly [text: string, version: string, hours: number, answer: "refused" | "taken"])[] = [
  ["packages: []", "1.0.1", 120, "taken"],
  ["trustPolicy: no-downgrade", "1.0.1", 120, "refused"],
  ["trustPolicy: no-downgrade", "2.0.0", 120, "refused"],
  ["trustPolicy: no-downgrade\ntrustPolicyIgnoreAfter: 1440", "1.0.1", 120, "taken"],
  ["trustPolicy: no-downgrade\ntrustPolicyIgnoreAfter: 14400", "1.0.1", 120, "refused"],
];

/** 0 is no limit until pnpm 11, and is over at once from pnpm 12 on. */
const NOUGHT = "trustPolicy: no-downgrade\ntrustPolicyIgnoreAfter: 0";

const CASES = casesToRun(
  "releases that lost their proof",
  TOOLS.filter(({ name }) => ["pnpm 10", "pnpm 11", "pnpm 12"].includes(name)).flatMap((tool) =>
    [...ROWS, [NOUGHT, "1.0.1", 120, tool.name === "pnpm 12" ? "taken" : "refused"] as const].map(
      (row) => [tool.name, ...row, tool] as const,
    ),
  ),
  ([tool, text, version, , outcome]) => ({ scenario: "", tool, outcome, kind: `${text} ${version}` }),
);

let tools: string;
beforeAll(async () => {
  tools = await fetchTools();
}, 300_000);

describe.concurrent("a release without the proof that those before it have", () => {
  test.each(CASES)("%s, %j: %s, %d hours old, is %s", async (_name, text, version, hours, answer, tool) => {
    const bench = await Workbench.create(tool, tools);
    try {
      const at = (age: number): string => new Date(Date.now() - age * HOUR).toISOString();
      bench.world.registry.publish("proven", "1.0.0", { at: at(5000), provenance: true, publisher: WORKFLOW });
      bench.world.registry.publish("proven", version, { at: at(hours), publisher: { name: "someone" } });
      const manifest = { name: "app", version: "1.0.0", dependencies: { proven: version } };
      bench.world.write("package.json", manifest);
      const uri = bench.world.uri("package.json");
      bench.world.write("pnpm-workspace.yaml", `${text}\n`);
      const { output } = await bench.run(tool.lock);
      expect(existsSync(bench.lockfile) ? "taken" : /trust.downgrade/i.test(output) ? "refused" : output).toBe(answer);

      const client = await bench.world.start();
      // On disk it would make pnpm look for itself in the registry.
      await client.open(uri, JSON.stringify({ ...manifest, packageManager: `pnpm@${tool.version}` }));
      const told = await client.diagnostics(uri, (diagnostics) =>
        diagnostics.some(({ code }) => code === "trust-downgrade"),
      );
      expect(JSON.stringify(told).includes("pnpm refuses it")).toBe(answer === "refused");
    } finally {
      await bench.end();
    }
  });
});
