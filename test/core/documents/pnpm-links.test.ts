import { expect, test } from "vitest";
import { readLockfile } from "../../../server/src/core/documents/index.ts";
import { runWhole } from "../../../server/src/core/task.ts";

/** As pnpm writes it where a package is injected, or a workspace stands in a registry's place. */
const FORMS: readonly (readonly [version: string, text: string])[] = [
  [
    "5.4",
    "lockfileVersion: 5.4\n\ndependencies:\n  aa: 1.0.0\n\nspecifiers:\n  aa: ^1.0.0\n\npackages:\n\n  /aa/1.0.0:\n    resolution: {integrity: sha512-AAAA}\n    dependencies:\n      '@scope/bb': link:../bb\n      cc: 'link:packages/cc'\n    dev: false\n",
  ],
  [
    "6.0",
    "lockfileVersion: '6.0'\n\ndependencies:\n  aa:\n    specifier: ^1.0.0\n    version: 1.0.0\n\npackages:\n\n  /aa@1.0.0:\n    resolution: {integrity: sha512-AAAA}\n    dependencies:\n      '@scope/bb': link:../bb\n      cc: 'link:packages/cc'\n    dev: false\n",
  ],
  [
    "9.0",
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      aa:\n        specifier: ^1.0.0\n        version: 1.0.0\n\npackages:\n\n  aa@1.0.0:\n    resolution: {integrity: sha512-AAAA}\n\nsnapshots:\n\n  aa@1.0.0:\n    dependencies:\n      '@scope/bb': link:../bb\n      cc: 'link:packages/cc'\n",
  ],
];

test.each(FORMS)("a link that a package of pnpm-lock.yaml %s has is a link, at its place", (_version, text) => {
  const { packages, problems } = runWhole(readLockfile("pnpm-lock", text, {}));
  expect(problems).toEqual([]);
  const links = packages.filter(({ source }) => source === "link");
  expect(links.map(({ name, version }) => [name, version])).toEqual([
    ["@scope/bb", "link:../bb"],
    ["cc", "link:packages/cc"],
  ]);
  for (const { version, versionSpan } of links) expect(text.slice(versionSpan.start, versionSpan.end)).toBe(version);
  expect(packages.map(({ source }) => source)).toEqual(["registry", "link", "link"]);
});

test("a link of an importer that asks for a release is at its place", () => {
  const text =
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@scope/bb':\n        specifier: ^1.0.0\n        version: link:packages/bb\n";
  const { packages } = runWhole(readLockfile("pnpm-lock", text, {}));
  expect(packages.map(({ name, versionSpan }) => [name, text.slice(versionSpan.start, versionSpan.end)])).toEqual([
    ["@scope/bb", "link:packages/bb"],
  ]);
});
