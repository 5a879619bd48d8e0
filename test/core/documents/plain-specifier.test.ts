/** What is read without npm-package-arg is read as it reads it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import npa from "npm-package-arg";
import { describe, expect, it, vi } from "vitest";
import { plainSpecifier } from "../../../server/src/core/documents/plain-specifier.ts";
import { parseSpecifier } from "../../../server/src/core/documents/specifier.ts";
import type { Specifier } from "../../../server/src/core/model.ts";

/** null where it is nothing of a registry, or refused. */
function asNpmReads(alias: string, spec: string): Specifier | null {
  try {
    const result = npa.resolve(alias, spec, "/");
    const target = result.type === "alias" && "subSpec" in result ? result.subSpec : result;
    const { type, name, rawSpec } = target;
    if (type !== "version" && type !== "range" && type !== "tag") return null;
    return { source: "registry", name: name ?? "", range: rawSpec.trim() || "*", tag: type === "tag" };
  } catch {
    return null;
  }
}

function expectSame(alias: string, spec: string): void {
  const plain = plainSpecifier(alias, spec);
  if (plain !== null) expect([alias, spec, plain]).toEqual([alias, spec, asNpmReads(alias, spec)]);
}

/** Parts of specifiers, with all that one may be mistaken for. */
const PARTS = [
  ...Array.from("aAvVxX*019.-+_~^<>=|@:/\\#%?& ()!'\t\n\u00a0\ufeffé\ud800"),
  ...["1.0.0", "1.2", "0.0.0", "01", "9007199254740993", "999999999", "-beta.1", "-0", "-a.01", "+b", " - ", " || "],
  ...["npm:", "NPM:", "git:", "git+ssh:", "http://", "file:", "workspace:", "jsr:", "C:", "~/", "./", "..", "@s/"],
  ...[
    "latest",
    "next",
    "a.tgz",
    ".tar.gz",
    ".TAR",
    "github:",
    "o/r",
    "node_modules",
    "Favicon.ico",
    "http",
    "__proto__",
  ],
];
const text = fc.array(fc.constantFrom(...PARTS), { maxLength: 6 }).map((parts) => parts.join(""));
const name = fc.oneof(fc.constantFrom("a", "@s/a", "a.b-c_d~e"), text);

describe("plainSpecifier", () => {
  it("says what npm-package-arg says, or nothing", () => {
    fc.assert(fc.property(name, text, expectSame), { numRuns: 20_000 });
    fc.assert(
      fc.property(name, name, text, (alias, of, spec) => expectSame(alias, `npm:${of}@${spec}`)),
      { numRuns: 10_000 },
    );
    fc.assert(fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), expectSame), { numRuns: 5_000 });
  });

  it("says it of all that the cases of the rules ask for", async () => {
    const folder = join(import.meta.dirname, "../../rules/cases");
    const seen = new Set<string>();
    for (const file of await readdir(folder)) {
      const lines = await readFile(join(folder, file), "utf8");
      for (const [, alias = "", spec = ""] of lines.matchAll(/"([^"\n]+)": *"([^"\n]*)"/g)) {
        expectSame(alias, spec);
        if (plainSpecifier(alias, spec) !== null) seen.add(spec);
      }
    }
    expect(seen.size).toBeGreaterThan(100);
  });

  it.each(["1.0.0", "^1.2.3-beta.1", "latest", "*", "", "x", ">=1 <2 || 3", "npm:@s/b@^1", "npm:b@next"])(
    "reads %j without it",
    (spec) => {
      expect(plainSpecifier("a", spec)).toEqual(asNpmReads("a", spec));
      const asked = vi.spyOn(npa, "resolve");
      expect(parseSpecifier("a", spec)).toEqual(plainSpecifier("a", spec));
      expect(asked).not.toHaveBeenCalled();
      asked.mockRestore();
    },
  );
});
