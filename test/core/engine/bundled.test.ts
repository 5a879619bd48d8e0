/** What the tarball of a package brings along, from one inspection to the next. */
import { expect, it } from "vitest";
import { ProjectMemory } from "../../../server/src/core/engine/memory.ts";
import { DocumentStore } from "../../../server/src/core/project/document-store.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";

const bundles = { dependencies: { left: "^1.0.0" }, bundleDependencies: ["left"] };

function lockfile(hasInstallScript: boolean): string {
  return JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { holder: "1.0.0" } },
      "node_modules/holder": {
        version: "1.0.0",
        resolved: "https://registry.npmjs.org/holder/-/holder-1.0.0.tgz",
        ...bundles,
      },
      "node_modules/holder/node_modules/left": {
        version: "1.0.0",
        inBundle: true,
        ...(hasInstallScript ? { hasInstallScript } : {}),
      },
    },
  });
}

it("is judged anew where its install script is marked since", async () => {
  const ports = testPorts({
    now: "2026-06-04T00:00:00Z",
    world: { packages: { holder: { "1.0.0": { at: "2024-01-01", ...bundles } }, left: { "1.0.0": "2024-01-01" } } },
    files: new Map([
      ["package.json", '{"dependencies": {"holder": "1.0.0"}}'],
      ["package-lock.json", lockfile(false)],
    ]),
  });
  const memory = new ProjectMemory();
  const store = new DocumentStore(ports, true);
  const rules = async (): Promise<ReadonlySet<string>> => {
    const { report } = await inspect(ports, { memory, store });
    return new Set(report.findings.map(({ rule, package: name }) => `${rule} ${name}`));
  };
  expect(await rules()).not.toContain("unapproved-install-script holder");
  ports.texts.set("package-lock.json", lockfile(true));
  expect(await rules()).toContain("unapproved-install-script holder");
  ports.texts.set("package-lock.json", lockfile(false));
  expect(await rules()).not.toContain("unapproved-install-script holder");
});
