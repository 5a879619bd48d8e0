/** Which package manager a project uses, and which version of it, from what its manifest states and whose files are there. */
import { describe, expect, it } from "vitest";
import { readManifestConfig } from "../../../server/src/core/documents/config/json.ts";
import type { LockfileFormat } from "../../../server/src/core/model.ts";
import { managerOf } from "../../../server/src/core/project/manager.ts";

const engines = (name: string, version?: string): Record<string, unknown> => ({
  devEngines: { packageManager: { name, ...(version === undefined ? {} : { version }) } },
});

/** One version, stated so often that it is not read. */
const TOO_LONG = Array.from({ length: 50 }, () => "11.9.0").join("||");

function told(manifest: Record<string, unknown>, lockfile: LockfileFormat | null = null): string {
  const { packageManager } = manifest;
  const policy = readManifestConfig(JSON.stringify(manifest)).root;
  const found = managerOf(
    { packageManager: typeof packageManager === "string" ? packageManager : null },
    policy,
    lockfile === null ? [] : [{ format: lockfile }],
  );
  return found === null ? "nothing" : `${found.kind} ${found.version ?? "of any version"}`;
}

describe("a version", () => {
  it.each([
    [{ packageManager: "pnpm@10.20.0+sha512.abc" }, "pnpm 10.20.0"],
    [{ packageManager: "npm@11.0.0-rc.1" }, "npm 11.0.0-rc.1"],
    [engines("npm", "11.9.0"), "npm 11.9.0"],
    [engines("npm", "=11.9.0"), "npm 11.9.0"],
  ])("%j: %s", (manifest, expected) => {
    expect(told(manifest)).toBe(expected);
  });
});

describe("a range stands for the newest version that it takes, and for none where that is open", () => {
  it.each([
    [engines("npm", "^11.0.0"), "npm 11.19.1"],
    [engines("npm", "11"), "npm 11.19.1"],
    [engines("npm", ">=11 <12"), "npm 11.19.1"],
    [engines("npm", "~11.9.0"), "npm 11.9.0"],
    [engines("npm", "^11.99.0"), "npm 11.99.0"],
    [engines("npm", "^99.1.0"), "npm 99.1.0"],
    [engines("npm", ">=11.5 <11.12"), "npm of any version"],
    [engines("npm", ">=11"), "npm of any version"],
    [engines("npm", "^10.0.0 || ^11.0.0"), "npm of any version"],
    [engines("npm", "*"), "npm of any version"],
    [engines("npm", ""), "npm of any version"],
    [engines("npm", "newest"), "npm of any version"],
    [engines("npm"), "npm of any version"],
    [engines("pnpm", "^10.0.0"), "pnpm 10.34.9"],
    [engines("yarn", "^4.0.0"), "yarn-berry 4.18.1"],
    [engines("bun", "^1.0.0"), "bun 1.4.4"],
    [{ packageManager: "pnpm@10" }, "pnpm 10.34.9"],
    [engines("npm", TOO_LONG), "npm of any version"],
    [{ packageManager: "npm@11.0.0||11.0.0" }, "nothing"],
    [{ packageManager: `npm@11.0.0-${"a.".repeat(200)}a` }, "nothing"],
  ])("%j: %s", (manifest, expected) => {
    expect(told(manifest)).toBe(expected);
  });
});

describe("which Yarn it is, the lockfile tells where the version does not", () => {
  it.each<[Record<string, unknown>, LockfileFormat | null, string]>([
    [{ packageManager: "yarn@1" }, null, "yarn-classic 1.22.22"],
    [{ packageManager: "yarn@1.22.22" }, "yarn-berry", "yarn-classic 1.22.22"],
    [{ packageManager: "yarn@4.18.1" }, "yarn-classic", "yarn-berry 4.18.1"],
    [engines("yarn"), "yarn-classic", "yarn-classic of any version"],
    [engines("yarn", ">=1"), "yarn-classic", "yarn-classic of any version"],
    [engines("yarn"), "yarn-berry", "yarn-berry of any version"],
    [engines("yarn"), null, "yarn-berry of any version"],
  ])("%j over a lockfile of %s: %s", (manifest, lockfile, expected) => {
    expect(told(manifest, lockfile)).toBe(expected);
  });
});
