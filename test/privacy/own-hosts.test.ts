/** Tarballs from another host than the registry's: who is asked whose host it is. What reaches the wrong server is seen by test/setup/leaks.ts. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scanned } from "../cli/cli.ts";
import { runHere } from "../cli/here.ts";
import { malware } from "../fakes/osv-records.ts";
import { startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";

const FILES = "https://files.example/";

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world.end());

const tarballOf = (name: string): string => `${FILES}${name}/-/${name}-1.0.0.tgz`;

/** As some registries store them: the name is not in a folder before the file. */
const plainTarballOf = (name: string): string => `${FILES}tarballs/${name}-1.0.0.tgz`;

/** A project whose packages are all locked from another host. */
function lock(names: readonly string[], resolvedOf = tarballOf): void {
  const declared = Object.fromEntries(names.map((name) => [name, "^1.0.0"]));
  world.write("package.json", manifestText(declared));
  const entries = names.map((name) => [name, { version: "1.0.0", resolved: resolvedOf(name) }] as const);
  world.write("package-lock.json", lockfileText(declared, Object.fromEntries(entries)));
}

const scan = (more: readonly string[]) =>
  runHere(world, ["scan", "--format", "json", "--no-cache", "--osv", world.osv.url, ...more]);

const toldOf = (findings: readonly { readonly rule: string; readonly package: string | null }[]): string[] =>
  findings.map(({ rule, package: of }) => `${rule} ${of ?? ""}`);

/** How a person chooses the registry; gives the arguments. */
const CHOICES: readonly (readonly [string, () => readonly string[]])[] = [
  [
    "their .npmrc",
    () => {
      writeFileSync(world.userConfig, `registry=${world.registry.url}\n`);
      return [];
    },
  ],
  ["--registry", () => ["--registry", world.registry.url]],
];

describe.each(CHOICES)("a registry that the person chooses by %s", (_how, choose) => {
  test.each([
    ["/-/ in it", tarballOf],
    ["no /-/ in it", plainTarballOf],
  ])("states the host of addresses with %s: the packages are looked up", async (_form, resolvedOf) => {
    for (const name of ["open-good", "open-bad"])
      world.registry.publish(name, "1.0.0", { at: ago({ days: 400 }), tarball: resolvedOf(name) });
    world.osv.add(malware("MAL-2099-9", "open-bad", ["1.0.0"], { published: "2026-01-01T00:00:00Z" }));
    lock(["open-good", "open-bad"], resolvedOf);
    const told = toldOf(scanned(await scan(choose())).findings);
    expect(told).toContain("compromised open-bad");
    expect(told.filter((one) => /^(?:lockfile-tampering|unchecked)/.test(one))).toEqual([]);
  });

  test("states another host for its packages: those locked from elsewhere are errors", async () => {
    for (const name of ["open-good", "open-other"]) world.registry.publish(name, "1.0.0", { at: ago({ days: 400 }) });
    lock(["open-good", "open-other"]);
    const told = toldOf(scanned(await scan(choose())).findings);
    expect(told.filter((one) => one.startsWith("lockfile-tampering"))).toEqual([
      "lockfile-tampering open-good",
      "lockfile-tampering open-other",
    ]);
  });

  test("states another file on that host for one of them: that one is an error", async () => {
    world.registry.publish("open-good", "1.0.0", { at: ago({ days: 400 }), tarball: plainTarballOf("open-good") });
    world.registry.publish("open-other", "1.0.0", { at: ago({ days: 400 }), tarball: `${FILES}x/y-1.0.0.tgz` });
    lock(["open-good", "open-other"], plainTarballOf);
    const told = toldOf(scanned(await scan(choose())).findings);
    expect(told.filter((one) => one.startsWith("lockfile-tampering"))).toEqual(["lockfile-tampering open-other"]);
  });

  test.each([
    ["/-/ in it", tarballOf],
    ["no /-/ in it", plainTarballOf],
  ])("gives no answer about addresses with %s: unchecked once, and no error", async (_form, resolvedOf) => {
    world.registry.fail("*", { kind: "status", status: 500 });
    lock(["open-good", "open-other"], resolvedOf);
    const { findings } = scanned(await scan(choose()));
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message)).toEqual([
      expect.stringContaining(
        `the lockfile has it from files.example, which is not known to be a host of ${new URL(world.registry.url).host}`,
      ),
    ]);
  });

  test("is not asked for what another registry of the project holds, to learn of a host", async () => {
    const own = await startRegistry({ holdsPrivate: true });
    try {
      own.publish("@private-corp/core", "1.0.0", { at: ago({ days: 400 }) });
      world.write(".npmrc", `@private-corp:registry=${own.url}\n`);
      lock(
        ["@private-corp/core", "private-lone"],
        (name) => `${own.url}${name}/-/${name.split("/").at(-1) ?? ""}-1.0.0.tgz`,
      );
      const told = toldOf(scanned(await scan(choose())).findings);
      expect(told.filter((one) => one.startsWith("lockfile-tampering"))).toEqual(["lockfile-tampering private-lone"]);
      expect(world.registry.requests).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

test("a registry of Depwarden's settings is not told the names: the host is unchecked once, and no error", async () => {
  lock(["private-lone", "private-other"]);
  const client = await world.start();
  const uri = world.uri("package-lock.json");
  await client.open(uri, readFileSync(join(world.project, "package-lock.json"), "utf8"));
  const diagnostics = [...(await client.atVersion(uri, 1)), ...(client.shown(world.uri("package.json")) ?? [])];
  expect(diagnostics.map(({ code }) => code)).not.toContain("lockfile-tampering");
  expect(diagnostics.filter(({ code }) => code === "unchecked").map(({ message }) => message)).toEqual([
    expect.stringContaining("the lockfile has it from files.example, which is not known to be a host of 127.0.0.1"),
  ]);
  expect(world.registry.requests).toEqual([]);
});
