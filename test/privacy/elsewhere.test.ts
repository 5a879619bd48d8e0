/** Names that are private by where they come from, not by a scope. What reaches the wrong server is seen by test/setup/leaks.ts. */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";

let world: World;
let own: FakeRegistry;
beforeEach(async () => {
  [world, own] = [await World.create(), await startRegistry({ token: "t" })];
  own.publish("@private-corp/core", "1.0.0", { at: ago({ days: 1 }) });
  own.publish("private-lone", "1.0.0", { at: ago({ days: 1 }) });
});
afterEach(async () => {
  await world.end();
  await own.close();
});

const nerf = () => own.url.replace("http:", "");
const scanWith = (...args: readonly string[]) =>
  runHere(world, ["scan", "--format", "json", "--no-cache", "--osv", world.osv.url, ...args]);
const scan = (registry = world.registry.url) => scanWith("--registry", registry);

test("a scope that an untrusted workspace sends elsewhere is asked of nobody", async () => {
  world.write(".npmrc", `@private-corp:registry=${own.url}\n`);
  const client = await world.start({ initializationOptions: { trusted: false } });
  const uri = await world.open(client, "package.json", manifestText({ "@private-corp/core": "^1.0.0" }));
  expect(await client.diagnostics(uri)).toMatchObject([{ code: "unchecked" }]);
});

test("a registry with a login that is named for this run", async () => {
  writeFileSync(world.userConfig, `${nerf()}:_authToken=t\n`);
  world.write("package.json", manifestText({ "private-lone": "^1.0.0" }));
  expect(scanned(await scan(own.url)).findings.map(({ rule }) => rule)).toContain("fresh-release");
});

test("a package that the lockfile has from a registry that is not configured is not asked of npm's own", async () => {
  const declared = { "private-lone": "^1.0.0" };
  world.write("package.json", manifestText(declared));
  world.write(
    "package-lock.json",
    lockfileText(declared, {
      "private-lone": { version: "1.0.0", resolved: `${own.url}private-lone/-/private-lone-1.0.0.tgz` },
    }),
  );
  expect(scanned(await scanWith()).findings.map(({ rule }) => rule)).toContain("lockfile-tampering");
});

test("packages that are asked of a registry by its name, locked and not, and of one whose name nobody knows", async () => {
  writeFileSync(world.userConfig, `${nerf()}:_authToken=t\n`);
  own.publish("private-locked", "1.0.3", { at: ago({ days: 1 }) });
  world.write("pnpm-workspace.yaml", `namedRegistries:\n  work: ${own.url}\n`);
  world.write("package.json", {
    packageManager: "pnpm@11.28.10",
    dependencies: { "private-locked": "work:^1.0.0", "private-lone": "work:^1.0.0", "private-lost": "nowhere:^1.0.0" },
  });
  world.write(
    "pnpm-lock.yaml",
    `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      private-locked:\n        specifier: work:^1.0.0\n        version: work:1.0.3\npackages:\n  private-locked@work:1.0.3:\n    resolution: {integrity: sha512-a}\nsnapshots:\n  private-locked@work:1.0.3: {}\n`,
  );
  const { findings } = scanned(await scan());
  expect(["private-locked", "private-lone", "private-lost"].filter((name) => own.countOf(name) > 0)).toEqual([
    "private-locked",
    "private-lone",
  ]);
  expect(findings.map(({ message }) => message).join("\n")).toContain(
    "the project's configuration has no registry called nowhere",
  );
});

test("a workspace of the project that no lockfile knows yet", async () => {
  world.write("package.json", { name: "private-root", workspaces: ["packages/*"] });
  world.write("packages/a/package.json", { name: "private-a", version: "1.0.0", dependencies: { "private-b": "*" } });
  world.write("packages/b/package.json", { name: "private-b", version: "1.0.0" });
  expect(scanned(await scan()).findings).toEqual([]);
});

test("a private registry that passes the question on", async () => {
  writeFileSync(world.userConfig, `@private-corp:registry=${own.url}\n${nerf()}:_authToken=t\n`);
  own.fail("*", { kind: "redirect", location: `${world.registry.url}@private-corp%2fcore` });
  world.write("package.json", manifestText({ "@private-corp/core": "^1.0.0" }));
  const { findings } = scanned(await scan());
  expect(own.countOf("@private-corp/core")).toBeGreaterThan(0);
  expect(findings).toMatchObject([
    {
      rule: "unchecked",
      message: expect.stringContaining(
        `redirects to ${new URL(world.registry.url).host}, which is not asked for private names`,
      ) as string,
    },
  ]);
});

test("a default registry that asks for a login which nobody has", async () => {
  world.write(".npmrc", `registry=${own.url}\n`);
  world.write("package.json", manifestText({ "private-lone": "^1.0.0", "private-other": "1.0.0" }));
  world.write(
    "package-lock.json",
    lockfileText(
      { "private-lone": "^1.0.0" },
      { "private-lone": { version: "1.0.0" }, "private-third": { version: "1.0.0" } },
    ),
  );
  const outcome = await scanWith();
  expect(
    scanned(outcome)
      .findings.filter(({ rule }) => rule === "unchecked")
      .map(({ message }) => message.replace(/^.*could not be looked up: \S+ /, "")),
  ).toEqual([expect.stringMatching(/^refused access \(401\)/)]);
});
