/** Where the result goes, and what is said when it cannot go there. */
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { shell } from "./cli.ts";
import { CliWorld } from "./world.ts";

let world: CliWorld;
beforeEach(async () => {
  world = await CliWorld.create();
  world.registry.publish("bad", "1.0.1", { at: ago({ days: 100 }) });
  world.osv.add(malware("MAL-2099-1", "bad", ["1.0.1"], { published: ago({ days: 90 }) }));
  world.write("package.json", manifestText({ bad: "1.0.1" }));
  world.write("package-lock.json", lockfileText({ bad: "1.0.1" }, { bad: { version: "1.0.1" } }));
});
afterEach(() => world.end());

const COMMANDS = [
  ["scan", "."],
  ["list", "package-lock.json"],
  ["explain", "bad@1.0.1"],
] as const;

describe.each(COMMANDS)("%s, whose result cannot be written: 2, and one line that says why", (...command) => {
  test.each([
    ["its folder does not exist", "no/such/out.txt"],
    ["there is a folder of this name", "taken"],
    ["a part of its path is not a folder", "package.json/out.txt"],
    ["the disk is full", "/dev/full"],
  ])("%s", async (why, file) => {
    mkdirSync(join(world.project, "taken"));
    for (const format of ["text", "json"]) {
      const outcome = await world.run(...command, "--output", file, "--format", format);
      expect(outcome).toMatchObject({ status: 2, stdout: "", stderr: `${file} could not be written: ${why}\n` });
    }
  });

  test("standard output is on a full disk", async () => {
    const args = [...command, ...world.online, "--no-cache"].join(" ");
    const { stdout, stderr } = await shell(world, `$CLI ${args} 2>said >/dev/full; echo $? >&2; cat said`);
    expect(stdout).toBe("standard output could not be written: the disk is full\n");
    expect(stderr).toBe("2\n");
  });
});

test("a disk that fills up while a long result is written to standard output: 2", async () => {
  const locked = Array.from({ length: 500 }, (_, index) => [`p${index}`, { version: "1.0.0" }] as const);
  world.write("package-lock.json", lockfileText({}, Object.fromEntries(locked)));
  // The first 1,024 bytes find room.
  const { stdout } = await shell(
    world,
    `trap "" XFSZ; ulimit -f 1; $CLI list package-lock.json 2>/dev/null >out; echo $?`,
  );
  expect(stdout).toBe("2\n");
  expect(statSync(join(world.project, "out")).size).toBe(1024);
});

test("help and the version say so too", async () => {
  for (const args of ["--help", "scan --help", "--version"]) {
    const { stdout, stderr } = await shell(world, `$CLI ${args} >/dev/full; echo $?`);
    expect({ stdout, stderr }).toEqual({
      stdout: "2\n",
      stderr: "standard output could not be written: the disk is full\n",
    });
  }
});

test("a reader that has left before the result comes is no error", async () => {
  const { stdout, stderr } = await shell(
    world,
    "$CLI scan --offline --no-cache --fail-on never | true; echo ${PIPESTATUS[0]}",
  );
  expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
});

test("standard error that cannot be written changes nothing", async () => {
  const { stdout } = await shell(world, "$CLI list nowhere/package-lock.json 2>/dev/full; echo $?");
  expect(stdout).toBe("2\n");
});

test("a file that is there is replaced", async () => {
  const file = world.write("out.json", "x".repeat(100_000));
  expect(await world.run("list", "package-lock.json", "--format", "json", "--output", file)).toMatchObject({
    status: 0,
  });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject([{ name: "bad" }]);
});

describe("list", () => {
  test.each([
    ["package-lock.json", "there is no such file"],
    ["package.json", "there is no such file"],
    ["notes.txt", "there is no such file"],
    ["yarn.lock/x", "there is no such file"],
  ])("%s, which is not there: 2, and that is said", async (file, why) => {
    const path = `nowhere/${file}`;
    for (const format of ["text", "json"])
      expect(await world.run("list", path, "--format", format)).toEqual({
        status: 2,
        signal: null,
        stdout: "",
        stderr: `${path}: ${why}\n`,
      });
  });

  test("a folder, and files that are no lockfiles: 2, and what to give", async () => {
    world.write("notes.txt", "");
    mkdirSync(join(world.project, "taken"));
    for (const [path, why] of [
      ["taken", "it is a folder; give a lockfile in it"],
      ["notes.txt", "not a lockfile that Depwarden reads"],
      ["package.json", "a manifest locks nothing; give its lockfile"],
    ] as const)
      expect(await world.run("list", path)).toMatchObject({ status: 2, stdout: "", stderr: `${path}: ${why}\n` });
  });
});
