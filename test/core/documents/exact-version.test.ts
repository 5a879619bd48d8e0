import { expect, it } from "vitest";
import { read } from "./help.ts";

const npm = (version: string): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": { dependencies: { a: "*" } },
      "node_modules/a": { version, resolved: "https://registry.npmjs.org/a/-/a-1.0.1.tgz" },
    },
  });
const bun = (version: string): string =>
  JSON.stringify({
    lockfileVersion: 1,
    workspaces: { "": { dependencies: { a: "*" } } },
    packages: { a: [`a@${version}`, "", {}, ""] },
  });

const versions = (text: string, kind: "package-lock" | "bun-lock"): readonly string[] =>
  read(text, "{}", kind).packages.map(({ version }) => version);

it.each(["1.0.1", "v1.0.1", "=1.0.1", " 1.0.1", "1.0.01", "1.0.1+x"])(
  "a version that is written %j is looked up as it is installed",
  (written) => {
    expect(versions(npm(written), "package-lock")).toEqual(["1.0.1"]);
    expect(versions(bun(written), "bun-lock")).toEqual(["1.0.1"]);
  },
);

it.each(["^1.0.1", "latest", "1.x", "1.0"])("what is no exact version (%s) is a problem of the lockfile", (written) => {
  expect(read(npm(written), "{}", "package-lock").problems.map(({ message }) => message)).toEqual([
    "it locks packages to what is no exact version (node_modules/a)",
  ]);
  expect(read(bun(written), "{}", "bun-lock").problems.map(({ message }) => message)).toEqual([
    "a package is locked to what is no exact version",
  ]);
});
