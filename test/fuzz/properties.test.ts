/** What holds of every value, by fast-check: it makes a failing one as small as it can. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse as parseYaml, stringify as toYaml } from "yaml";
import { applyEdits } from "../../server/src/core/edits/text-edit.ts";
import { setInJson } from "../../server/src/core/edits/json-edit.ts";
import { setInYaml } from "../../server/src/core/edits/yaml-edit.ts";
import { PackedPackument } from "../../server/src/core/facts/packed-packument.ts";
import type { Distribution, PackageFacts, Packument, ReleaseFacts } from "../../server/src/core/facts/package.ts";
import { plainPackument } from "../core/facts/plain-packument.ts";
import { checkLine } from "./facts.ts";
import { Choices } from "./random-choices.ts";

const SEED = 2026;
/** Any text, lone surrogates and control characters too. */
const text = fc.string({ unit: "binary", maxLength: 20 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const time = fc.double({ noNaN: true, noDefaultInfinity: true }).map((at) => (Object.is(at, -0) ? 0 : at));
const mapOf = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(text, value), { maxLength: 4 }).map((all) => new Map(all));

const release: fc.Arbitrary<Omit<ReleaseFacts, "version">> = fc
  .record({
    deprecated: orNull(text),
    hasInstallScript: orNull(fc.boolean()),
    scripts: orNull(fc.record({ preinstall: text, install: text, postinstall: text }, { requiredKeys: [] })),
    calledScripts: mapOf(text),
    scriptsCut: fc.boolean(),
    gypfile: orNull(fc.boolean()),
    publisher: orNull(fc.record({ name: text, trustedPublisher: orNull(text), approved: fc.boolean() })),
    provenance: orNull(fc.boolean()),
    dependencies: mapOf(text),
    optional: fc.constant(new Set<string>()),
    peers: mapOf(text),
    bundled: fc.array(text, { maxLength: 3 }).map((names) => new Set(names)),
    bin: orNull(fc.array(text, { maxLength: 3 }).map((names) => new Set(names))),
    binarySources: mapOf(text),
  })
  .chain((own) =>
    fc.subarray([...own.dependencies.keys()]).map((optional) => ({ ...own, optional: new Set(optional) })),
  );
const distribution: fc.Arbitrary<Distribution> = fc.record({
  tarball: orNull(text),
  integrity: orNull(text),
  shasum: orNull(text),
});
const served = fc.array(fc.tuple(text, release, distribution), { maxLength: 4 });
const rest: fc.Arbitrary<Omit<PackageFacts, "releases">> = fc.record({
  name: text,
  detail: fc.constantFrom("abbreviated" as const, "full" as const),
  fetchedAt: time,
  modified: orNull(time),
  distTags: mapOf(text),
  times: mapOf(time),
  unpublishedAt: orNull(time),
  securityHolder: fc.boolean(),
});

const packument: fc.Arbitrary<Packument> = fc.tuple(rest, served).map(([facts, releases]) => ({
  facts: { ...facts, releases: new Map(releases.map(([version, own]) => [version, { ...own, version }])) },
  distributions: new Map(releases.map(([version, , own]) => [version, own])),
}));

/** What means something in YAML, and a few letters and digits. */
const YAML_SIGNS = Array.from("abc019 :#-'\"{}[]&*!|>%@,\n");

describe("facts of a package", () => {
  it("are the same after they were kept", () => {
    fc.assert(
      fc.property(packument, (whole) => {
        const kept = PackedPackument.from(PackedPackument.of(whole).text, whole.facts.fetchedAt);
        expect(kept === null ? null : plainPackument(kept)).toEqual(plainPackument(whole));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it("are a miss, not an error, where what was kept is something else", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json()), (kept) => {
        expect(PackedPackument.from(kept, 1000)).toBeNull();
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

describe("one value of a line", () => {
  it("is a specifier, a range, an override's key and a glob of some kind", () => {
    const pieces = fc.constantFrom(
      "npm:",
      "@",
      "/",
      "^",
      "1.0.0",
      "workspace:",
      ">",
      "||",
      "*",
      "**",
      "{",
      "}",
      "!",
      "[",
    );
    const line = fc.array(fc.oneof(pieces, text), { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      fc.property(line, (value) => checkLine(value, new Choices(SEED))),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

describe("a value that is set", () => {
  const key = fc.oneof(fc.constantFrom("overrides", "a", "__proto__", "@s/a", "a@^1", "x>y"), text);
  const path = fc.array(key, { minLength: 1, maxLength: 3 });
  const value = fc.oneof(fc.constantFrom("1.0.0", "^1.0.0", "npm:@s/a@1", "yes", "~"), text);

  it("is the only one that is another in JSON", () => {
    const indent = fc.constantFrom(0, 2, 4, "\t");
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), indent, path, value, (object, spaces, at, wanted) => {
        const before = JSON.stringify(object, null, spaces);
        const edit = setInJson(before, at, wanted);
        if (edit === null) return;
        expect(JSON.parse(applyEdits(before, [edit]))).toEqual(withValue(JSON.parse(before), at, wanted));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it("is the only one that is another in YAML", () => {
    const words = fc.string({ unit: fc.constantFrom(...YAML_SIGNS), maxLength: 8 });
    const yaml = fc.dictionary(words, fc.oneof(words, fc.integer(), fc.array(words), fc.dictionary(words, words)), {
      maxKeys: 5,
    });
    fc.assert(
      fc.property(yaml, fc.array(words, { minLength: 1, maxLength: 3 }), words, (object, at, wanted) => {
        const before = toYaml(object);
        const edits = setInYaml(before, at, wanted);
        if (edits === null) return;
        expect(parseYaml(applyEdits(before, edits))).toEqual(withValue(parseYaml(before), at, wanted));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

function withValue(before: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = typeof before === "object" && before !== null ? before : {};
  const former: unknown = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
  const others = Object.entries(object).filter(([other]) => other !== key);
  return Object.fromEntries([...others, [key, withValue(former, rest, value)]]);
}
