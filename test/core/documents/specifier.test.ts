import { describe, expect, it } from "vitest";
import { parseSpecifier } from "../../../server/src/core/documents/specifier.ts";
import type { Specifier } from "../../../server/src/core/model.ts";

const registry = (name: string, range: string, tag = false): Specifier => ({ source: "registry", name, range, tag });
const REASONS = {
  name: "not a name that a package can have",
  range: "not a version, a range or a tag",
  odd: "npm reads it as a path, and other package managers as a range",
};

describe("parseSpecifier", () => {
  it.each<[string, unknown, Specifier]>([
    // Registry
    ["foo", "1.2.3", registry("foo", "1.2.3")],
    ["@s/foo", "^1.2.3 || >=3 <4", registry("@s/foo", "^1.2.3 || >=3 <4")],
    ["foo", "", registry("foo", "*")],
    ["foo", "  ^1.0.0 ", registry("foo", "^1.0.0")],
    ["foo", "v1.2.3", registry("foo", "v1.2.3")],
    ["foo", "latest", registry("foo", "latest", true)],
    ["foo", "x", registry("foo", "x")],
    ["foo", "npm:bar@^1", registry("bar", "^1")],
    ["foo", "npm:@s/bar@1.0.0", registry("@s/bar", "1.0.0")],
    ["foo", "npm:bar", registry("bar", "*")],
    ["foo", "npm:bar@next", registry("bar", "next", true)],
    ["foo", "npm:^1.0.0", registry("foo", "^1.0.0")],
    ["foo", "npm:1.0.0", registry("foo", "1.0.0")],
    ["@std/path", "jsr:^1.0.0", registry("@jsr/std__path", "^1.0.0")],
    ["path", "jsr:@std/path@1.0.0", registry("@jsr/std__path", "1.0.0")],
    ["path", "jsr:@std/path", registry("@jsr/std__path", "*")],
    ["lodash", "patch:lodash@npm%3A4.17.21#~/.yarn/patches/x.patch", registry("lodash", "4.17.21")],
    ["lodash", "patch:lodash@4.17.21#./x.patch", registry("lodash", "4.17.21")],
    ["a", "patch:@s/b@npm:^1#./x.patch", registry("@s/b", "^1")],
    // Elsewhere
    ["foo", "workspace:^", { source: "workspace" }],
    ["foo", "workspace:bar@*", { source: "workspace" }],
    ["foo", "link:../foo", { source: "link" }],
    ["foo", "portal:../foo", { source: "link" }],
    ["foo", "file:../foo", { source: "file" }],
    ["foo", "FILE:foo.tgz", { source: "file" }],
    ["foo", "../foo", { source: "file" }],
    ["foo", "./foo.tgz", { source: "file" }],
    ["foo", "~/foo", { source: "file" }],
    ["foo", "vendor/foo/lib", { source: "file" }],
    ["foo", "lib-1.0.0.tgz", { source: "file" }],
    ["foo", "user/repo", { source: "git" }],
    ["foo", "github:user/repo#semver:^1", { source: "git" }],
    ["foo", "git+ssh://git@example.com/repo.git#abc", { source: "git" }],
    ["foo", "git@github.com:user/repo.git", { source: "git" }],
    ["foo", "https://example.com/foo.tgz", { source: "tarball" }],
    ["foo", "catalog:", { source: "catalog", catalog: "" }],
    ["foo", "catalog:default", { source: "catalog", catalog: "" }],
    ["foo", "catalog:react18", { source: "catalog", catalog: "react18" }],
    // Neither
    ["foo", 1, { source: "invalid", reason: "the value is not a string" }],
    ["foo", null, { source: "invalid", reason: "the value is not a string" }],
    ["foo", undefined, { source: "invalid", reason: "the value is not a string" }],
    ["foo", "not a range", { source: "invalid", reason: REASONS.range }],
    [" foo", "1.0.0", { source: "invalid", reason: REASONS.name }],
    ["foo", "npm:bar@npm:baz@1", { source: "invalid", reason: "npm cannot read it" }],
    ["foo", "npm:", { source: "invalid", reason: "npm cannot read it" }],
    ["foo", "1.14.1 || ./x", { source: "invalid", reason: REASONS.odd }],
    ["foo", "^1.14.1 /", { source: "invalid", reason: REASONS.odd }],
    ["foo", ">=1.14.1 || ~/", { source: "invalid", reason: REASONS.odd }],
    ["foo", "1.14.1 || http://x", { source: "invalid", reason: REASONS.odd }],
    ["foo", "1.14.1 || x.tgz", { source: "invalid", reason: REASONS.odd }],
    ["foo", "1.14.1/", { source: "invalid", reason: REASONS.odd }],
    ["foo", "v1.14.1/", { source: "invalid", reason: REASONS.odd }],
    ["foo", "runtime:^22", { source: "invalid", reason: "a protocol that npm does not know" }],
    ["foo", "exec:./make.js", { source: "invalid", reason: "a protocol that npm does not know" }],
    [
      "foo",
      "work:^1.0.0",
      { source: "named-registry", registryName: "work", name: "foo", range: "^1.0.0", tag: false },
    ],
    ["foo", "work:bar", { source: "named-registry", registryName: "work", name: "bar", range: "latest", tag: true }],
    [
      "foo",
      "work:bar@~1.2",
      { source: "named-registry", registryName: "work", name: "bar", range: "~1.2", tag: false },
    ],
    [
      "foo",
      "work:@s/bar",
      { source: "named-registry", registryName: "work", name: "@s/bar", range: "latest", tag: true },
    ],
    [
      "foo",
      "gh:@s/bar@1.0.0",
      { source: "named-registry", registryName: "gh", name: "@s/bar", range: "1.0.0", tag: false },
    ],
    [
      "foo",
      "my-work:~1.2",
      { source: "named-registry", registryName: "my-work", name: "foo", range: "~1.2", tag: false },
    ],
    [
      "foo",
      "my-work:@s/bar",
      { source: "named-registry", registryName: "my-work", name: "@s/bar", range: "latest", tag: true },
    ],
    ["foo", "c:/bar", { source: "file" }],
    ["foo", "c:bar.tgz", { source: "file" }],
    [
      "@s/foo",
      "work:next",
      { source: "named-registry", registryName: "work", name: "@s/foo", range: "next", tag: true },
    ],
    ["foo", "work:bar@file:../x", { source: "invalid", reason: "a protocol that npm does not know" }],
    ["path", "jsr:^1", { source: "invalid", reason: "JSR packages have a scope" }],
    ["foo", "patch:foo", { source: "invalid", reason: "a patch that names no version" }],
    ["foo", "patch:foo@patch:foo@1#a#b", { source: "invalid", reason: "a patch of something that cannot be read" }],
    ["foo", "patch:foo@%zz#a", { source: "invalid", reason: "a patch of something that cannot be read" }],
  ])("%s: %j", (alias, raw, specifier) => {
    expect(parseSpecifier(alias, raw)).toEqual(specifier);
  });

  it("takes nothing longer than a specifier can be", () => {
    expect(parseSpecifier("foo", "1".repeat(3_000))).toEqual({
      source: "invalid",
      reason: "longer than 2000 characters",
    });
  });

  it("does not throw, whatever the name", () => {
    for (const alias of ["__proto__", "constructor", "", "@", "@/", "\u0000", "a".repeat(100_000)]) {
      for (const raw of [
        "1.0.0",
        "npm:@",
        "npm:@/x",
        "file:%",
        "git+ssh://",
        "https://",
        ":",
        "@",
        "#",
        "jsr:@",
        "patch:@",
      ]) {
        expect(parseSpecifier(alias, raw)).toHaveProperty("source");
      }
    }
  });
});
