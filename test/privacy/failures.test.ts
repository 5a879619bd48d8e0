/** A private registry that cannot be asked is the end of it: no other registry and no advisory service is asked instead. */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explainRelease } from "../../server/src/core/engine/explain.ts";
import { DEFAULT_SETTINGS } from "../../server/src/core/settings/settings.ts";
import { createPorts } from "../../server/src/io/ports.ts";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import type { Failure } from "../fakes/failures.ts";
import { EMPTY_CATALOGUE, NEVER, TEST_LIMITS } from "../io/world.ts";
import { type Arrangement, PrivateProject } from "./world.ts";

const ARRANGEMENTS: readonly Arrangement[] = ["scope", "default registry"];

const FAILURES: readonly (readonly [string, Failure, string])[] = [
  ["knows no such package", { kind: "status", status: 404 }, "does not have it (404)"],
  ["refuses access", { kind: "status", status: 403 }, "refused access (403)"],
  ["is down", { kind: "status", status: 503, retryAfter: 60 }, "answered 503"],
  ["answers a page", { kind: "html" }, "answered with something that is not JSON"],
];

let project: PrivateProject;
afterEach(() => project.end());

describe.each(ARRANGEMENTS)("private by %s, and its registry", (arrangement) => {
  beforeEach(async () => {
    project = await PrivateProject.create(arrangement);
  });

  test.each(FAILURES)("%s", async (_what, failure, reason) => {
    const { own, world, options } = project;
    own.fail("*", failure);
    const outcome = await runHere(world, ["scan", "--format", "json", "--no-cache", ...options]);
    const told = scanned(outcome).findings.filter(({ message }) => message.includes("could not be looked up: "));
    expect(told).toMatchObject([{ rule: "unchecked", package: "@private-corp/core" }]);
    expect(told[0]?.message).toContain(`could not be looked up: ${new URL(own.url).host} ${reason}`);
    expect(own.requests.length).toBeGreaterThan(0);
    expect(project.sentToPublic.includes("open-new")).toBe(arrangement === "scope");
  });

  test("is not logged in to: 401", async () => {
    const { own, world, options } = project;
    writeFileSync(
      world.userConfig,
      arrangement === "scope" ? "" : `${own.url.replace("http:", "")}:_authToken=an-old-one\n`,
    );
    const { findings } = scanned(await runHere(world, ["scan", "--format", "json", "--no-cache", ...options]));
    const told = findings.filter(({ message }) => message.includes("could not be looked up: "));
    expect(told).toMatchObject([{ rule: "unchecked", package: "@private-corp/core" }]);
    expect(told[0]?.message).toContain(`could not be looked up: ${new URL(own.url).host} refused access (401)`);
  });

  test.each([
    ["never answers", "hang", "did not answer within 2 seconds"],
    ["cuts the line", "reset", "cut the connection"],
  ] as const)("%s", async (_what, kind, reason) => {
    const { own, world, arrangement: how } = project;
    own.fail("*", { kind });
    // The real parts with shorter patience: the command's own is 30 seconds.
    const ports = createPorts({
      cacheDir: null,
      offline: false,
      trusted: true,
      folders: () => [],
      asOf: null,
      env: world.env,
      limits: TEST_LIMITS,
      catalogue: EMPTY_CATALOGUE,
      registry: how === "scope" ? world.registry.url : null,
      osv: { enabled: true, url: world.osv.url },
      log: { info: () => undefined, warn: () => undefined },
    });
    const registry = await ports.registry.resolve("@private-corp/core", world.uri());
    const { judgements } = await explainRelease(
      { name: "@private-corp/core", version: "1.1.0", registry },
      ports,
      DEFAULT_SETTINGS,
      world.uri(),
      NEVER,
    );
    expect(judgements.map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringContaining(reason)]));
    expect(project.sentToPublic).toBe("");
  });
});
