/** Folders and packed files of the person's own that no lockfile holds: what they bring in is not known. */
import { describe, expect, it } from "vitest";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";

const WORLD = { packages: { aa: { "1.0.0": "2019-01-01" }, evil: { "1.0.0": "2019-01-01" } } };

async function gaps(files: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const texts = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === "string" ? content : JSON.stringify(content),
    ]),
  );
  const { report } = await inspect(testPorts({ now: "2026-01-01T00:00:00Z", world: WORLD, files: texts }));
  return report.findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message);
}

const manifest = (evil: string, more: object = {}): object => ({
  name: "app",
  packageManager: "pnpm@10.34.9",
  dependencies: { evil },
  ...more,
});

describe("said to be unchecked", () => {
  it.each([
    ["./evil.tgz", "packed file"],
    ["evil.tgz", "packed file"],
    ["file:evil.tar.gz", "packed file"],
    ["file:///tmp/evil.tgz", "packed file"],
    ["~/evil.tgz", "packed file"],
    ["file:../elsewhere", "../elsewhere"],
    ["portal:../elsewhere", "../elsewhere"],
    ["file:./node_modules/evil", "./node_modules/evil"],
    ["file:/elsewhere/evil", "/elsewhere/evil"],
    ["~/evil", "~/evil"],
  ])("%s", async (specifier, words) => {
    const messages = await gaps({ "package.json": manifest(specifier) });
    expect(messages).toEqual([expect.stringContaining(words)]);
    expect(messages[0]).toContain("no lockfile holds what");
  });

  it("a packed file for npm too, as an override too", async () => {
    const own = { name: "app", packageManager: "npm@11.0.0", dependencies: { aa: "1.0.0" } };
    expect(await gaps({ "package.json": { ...own, overrides: { aa: "file:./evil.tgz" } } })).toEqual([
      expect.stringContaining("packed file"),
    ]);
  });

  it("workspaces outside of what is scanned", async () => {
    const own = { name: "app", packageManager: "pnpm@10.34.9" };
    expect(await gaps({ "package.json": own, "pnpm-workspace.yaml": 'packages: ["../elsewhere/*"]\n' })).toEqual([
      expect.stringContaining("../elsewhere/*"),
    ]);
  });
});

describe("not", () => {
  it.each(["file:./lib", "./lib", "link:../elsewhere", "portal:./lib"])(
    "%s, which is checked by itself",
    async (lib) => {
      expect(await gaps({ "package.json": manifest(lib) })).toEqual([]);
    },
  );

  it("a folder elsewhere with npm, which installs nothing of it", async () => {
    const own = { name: "app", packageManager: "npm@11.0.0", dependencies: { evil: "file:../elsewhere" } };
    expect(await gaps({ "package.json": own })).toEqual([]);
  });

  it("what a lockfile holds", async () => {
    const lockfile = {
      lockfileVersion: 3,
      packages: {
        "": { name: "app", dependencies: { evil: "file:evil.tgz" } },
        "node_modules/evil": { version: "1.0.0", resolved: "file:evil.tgz", integrity: "sha512-AAAA" },
      },
    };
    const own = { name: "app", dependencies: { evil: "file:evil.tgz" } };
    expect(await gaps({ "package.json": own, "package-lock.json": lockfile })).toEqual([]);
  });
});

describe("a name that an override turns into a folder", () => {
  it.each(["link:./c", "file:./c", "workspace:*"])("%s: no registry is asked for it", async (put) => {
    const asked: string[] = [];
    const files = new Map([
      [
        "package.json",
        JSON.stringify({ packageManager: "pnpm@10.34.9", dependencies: { evil: "1.0.0", aa: "^1.0.0" } }),
      ],
      ["pnpm-workspace.yaml", `overrides: {evil: "${put}"}\n`],
    ]);
    const ports = testPorts({ now: "2026-01-01T00:00:00Z", world: WORLD, files });
    await inspect({
      ...ports,
      registry: {
        ...ports.registry,
        packument: (ref, ...rest) => {
          asked.push(ref.name);
          return ports.registry.packument(ref, ...rest);
        },
      },
    });
    expect(asked).toContain("aa");
    expect(asked).not.toContain("evil");
  });
});
