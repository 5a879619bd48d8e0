/** Tarballs from another host than the registry's: who is asked whose host it is. What reaches the wrong server is seen by test/setup/leaks.ts. */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run, scanned } from "../cli/cli.ts";
import { malware } from "../fakes/osv-records.ts";
import { World } from "../lsp/world.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";

const FILES = "https://files.example/";

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.end());

const tarballOf = (name: string): string => `${FILES}${name}/-/${name}-1.0.0.tgz`;

/** A project whose packages are all locked from another host. */
function lock(names: readonly string[]): void {
  const declared = Object.fromEntries(names.map((name) => [name, "^1.0.0"]));
  world.write("package.json", manifestText(declared));
  const entries = names.map((name) => [name, { version: "1.0.0", resolved: tarballOf(name) }] as const);
  world.write("package-lock.json", lockfileText(declared, Object.fromEntries(entries)));
}

const scan = (more: readonly string[]) =>
  run(world, ["scan", "--format", "json", "--no-cache", "--osv", world.osv.url, ...more]);

test("a registry that the person configured states the host: the packages are looked up", async () => {
  for (const name of ["open-good", "open-bad"])
    world.registry.publish(name, "1.0.0", { at: ago({ days: 400 }), tarball: tarballOf(name) });
  world.osv.add(malware("MAL-2099-9", "open-bad", ["1.0.0"], { published: "2026-01-01T00:00:00Z" }));
  writeFileSync(world.userConfig, `registry=${world.registry.url}\n`);
  lock(["open-good", "open-bad"]);
  const { findings } = scanned(await scan([]));
  const said = findings.map(({ rule, package: of }) => `${rule} ${of}`);
  expect(said).toContain("compromised open-bad");
  expect(said.filter((one) => /^(?:lockfile-tampering|unchecked)/.test(one))).toEqual([]);
});

test("a registry for this run alone is not told the names: the host is reported as unchecked once", async () => {
  lock(["private-lone", "private-other"]);
  const { findings } = scanned(await scan(["--registry", world.registry.url]));
  expect(world.registry.requests).toEqual([]);
  const unchecked = findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message);
  expect(unchecked).toEqual([
    expect.stringContaining("the lockfile has it from files.example, which is not a registry of this project"),
  ]);
});
