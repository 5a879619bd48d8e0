import { expect, it } from "vitest";
import type { LockfileKind } from "../../../server/src/core/documents/index.ts";
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

const classic = (version: string): string =>
  `# yarn lockfile v1\n\n\na@*:\n  version "${version}"\n  resolved "https://registry.npmjs.org/a/-/a-1.0.1.tgz"\n`;
const berry = (version: string): string =>
  `__metadata:\n  version: 8\n\n"a@npm:*":\n  version: "${version}"\n  resolution: "a@npm:${version}"\n  linkType: hard\n`;
const pnpm = (version: string): string =>
  `lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: '*'\n        version: '${version}'\n\npackages:\n  'a@${version}':\n    resolution: {integrity: sha512-0}\n\nsnapshots:\n  'a@${version}': {}\n`;
const pnpmField = (version: string): string =>
  `lockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: '*'\n        version: 1.0.0\n\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-0}\n    version: '${version}'\n\nsnapshots:\n  a@1.0.0: {}\n`;

const versions = (text: string, kind: LockfileKind): readonly string[] =>
  read(text, "{}", kind).packages.map(({ version }) => version);

it.each(["1.0.1", "v1.0.1", "=1.0.1", " 1.0.1", "1.0.01", "1.0.1+x"])(
  "a version that is written %j is looked up as it is installed",
  (written) => {
    expect(versions(npm(written), "package-lock")).toEqual(["1.0.1"]);
    expect(versions(bun(written), "bun-lock")).toEqual(["1.0.1"]);
    expect(versions(classic(written), "yarn-lock")).toEqual(["1.0.1"]);
    expect(versions(berry(written), "yarn-lock")).toEqual(["1.0.1"]);
    expect(versions(pnpm(written), "pnpm-lock")).toEqual(["1.0.1"]);
    // pnpm's versions differ in which of the key's and the field's they install.
    expect(versions(pnpmField(written), "pnpm-lock")).toEqual(["1.0.0", "1.0.1"]);
  },
);

it.each(["^1.0.1", "latest", "1.x", "1.0"])("what is no exact version (%s) is a problem of the lockfile", (written) => {
  expect(read(npm(written), "{}", "package-lock").problems.map(({ message }) => message)).toEqual([
    "it locks packages to something that is not an exact version (node_modules/a)",
  ]);
  for (const [text, kind] of [
    [classic(written), "yarn-lock"],
    [pnpmField(written), "pnpm-lock"],
  ] as const)
    expect(read(text, "{}", kind).problems.map(({ message }) => message)).toContain(
      "a package is locked to something that is not an exact version",
    );
  expect(read(berry(written), "{}", "yarn-lock").problems.map(({ message }) => message)).toContain(
    "a package is locked to something that is not an exact version",
  );
  expect(read(pnpm(written), "{}", "pnpm-lock").problems.map(({ message }) => message)).toEqual([
    "a key of packages holds no version that could be read",
  ]);
  expect(read(bun(written), "{}", "bun-lock").problems.map(({ message }) => message)).toEqual([
    "a package is locked to something that is not an exact version",
  ]);
});
