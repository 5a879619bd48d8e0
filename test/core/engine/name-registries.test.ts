/** How often registries are looked up for the names of a project whose workspaces have settings of their own. */
import { expect, it } from "vitest";
import { NameRegistries } from "../../../server/src/core/engine/name-registries.ts";
import type { ReadProject } from "../../../server/src/core/engine/read.ts";
import type { Registry } from "../../../server/src/core/ports.ts";

const ROOT = "file:///app";
const PUBLIC = { url: "https://registry.npmjs.org/", isPublic: true };
const PRIVATE = { url: "https://npm.example.com/", isPublic: false };

const numbered = (count: number, each: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => each(at));

function projectWith(configured: readonly string[]): ReadProject {
  return {
    folder: ROOT,
    manifests: [],
    lockfiles: [],
    governing: [],
    configs: [],
    root: null,
    configured,
    leftOut: null,
    outsideOf: null,
    branch: null,
  };
}

it("each workspace is asked once for a scope, and not for each name", async () => {
  const asked: string[] = [];
  const registry: Pick<Registry, "resolve" | "resolveNamed"> = {
    resolve: (name, folder) => {
      asked.push(folder);
      return Promise.resolve(name.startsWith("@corp/") && folder === `${ROOT}/p7` ? PRIVATE : PUBLIC);
    },
    resolveNamed: () => Promise.resolve(PUBLIC),
  };
  const workspaces = numbered(20, (at) => `${ROOT}/p${at}`);
  const names = new NameRegistries(registry, projectWith(workspaces));
  for (const name of numbered(50, (at) => `@corp/n${at}`)) expect(await names.of(name)).toEqual(PRIVATE);
  for (const name of numbered(50, (at) => `n${at}`)) expect(await names.of(name)).toEqual(PUBLIC);
  expect(asked.filter((folder) => folder === ROOT)).toHaveLength(100);
  expect(asked.filter((folder) => folder !== ROOT)).toHaveLength(2 * workspaces.length);
});
