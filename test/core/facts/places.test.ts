import { expect, it } from "vitest";
import { addressOf, fetchedFrom, hostOfAddress, localKind } from "../../../server/src/core/facts/places.ts";

it.each([
  ["https://registry.example/a/-/a-1.0.0.tgz", "registry.example", "/a/-/a-1.0.0.tgz"],
  ["https://registry.example/@s%2fa/-/a-1.0.0.tgz?x=/y#0", "registry.example", "/@s%2fa/-/a-1.0.0.tgz"],
  ["HTTPS://Registry.EXAMPLE:443/a", "registry.example", "/a"],
  ["http://127.0.0.1:4873/a", "127.0.0.1:4873", "/a"],
  ["https://someone:secret@registry.example/a", "registry.example", "/a"],
  ["https://evil.example\\@registry.example/a", "evil.example", "/@registry.example/a"],
  ["https:\\\\evil.example/a", "evil.example", "/a"],
  ["https:evil.example/a", "evil.example", "/a"],
  ["https://registry.example@evil.example/a", "evil.example", "/a"],
  ["https://registry.example%2f@evil.example/a", "evil.example", "/a"],
  ["https://evil.exa\tmple/a", "evil.example", "/a"],
  [" https://evil.example/a", "evil.example", "/a"],
  ["https://registry.example/a/-/../../b/-/b-1.0.0.tgz", "registry.example", "/b/-/b-1.0.0.tgz"],
  ["https://registry.example", "registry.example", "/"],
  ["https://registry.example:443/a", "registry.example", "/a"],
  ["http://127.1:4873/a", "127.0.0.1:4873", "/a"],
])("%j is fetched from %s", (text, host, path) => {
  expect(addressOf(text)).toMatchObject({ host, path });
});

it.each([
  [null],
  [""],
  ["a-1.0.0.tgz"],
  ["git+https://registry.example/a.git"],
  ["file:a.tgz"],
  ["https://"],
  ["https://a b/"],
  ["https://registry.example:99999/a"],
])("%j is no address of http", (text) => {
  expect(addressOf(text)).toBeNull();
});

it.each([
  ["https://registry.example/a", true],
  ["http://registry.example/a", false],
  ["HTTP://registry.example/a\\b", false],
  ["https://registry.example/a/../b", true],
])("%j is secure: %j", (text, isSecure) => {
  expect(addressOf(text)?.isSecure).toBe(isSecure);
  expect(addressOf(text)?.isSecure).toBe(isSecure);
});

it.each([
  ["/a/-/a-1.0.0.tgz", "https://registry.example/npm/", { isSecure: true, host: "registry.example" }],
  ["/@s%2fa/-/a-1.0.0.tgz?x", "http://registry.example/", { isSecure: false, host: "registry.example" }],
  ["//evil.example/a.tgz", "https://registry.example/", null],
  ["a/-/a-1.0.0.tgz", "https://registry.example/", null],
  ["/a b", "https://registry.example/", null],
  ["/a.tgz", "file:///registry", null],
  [null, "https://registry.example/", null],
  ["https://other.example/a.tgz", "https://registry.example/", { isSecure: true, host: "other.example" }],
])("%j in a lockfile is fetched, with the registry %s, from %j", (resolved, registry, expected) => {
  const address = fetchedFrom(resolved, registry);
  if (expected === null) expect(address).toBeNull();
  else expect(address).toMatchObject(expected);
});

it("the path of what is fetched from the registry's root is as written", () => {
  expect(fetchedFrom("/a/-/a-1.0.0.tgz", "https://registry.example/npm/")?.path).toBe("/a/-/a-1.0.0.tgz");
});

it("the host of an address is null where it is none", () => {
  expect(hostOfAddress("https://registry.example:8080/a")).toBe("registry.example:8080");
  expect(hostOfAddress("file:a.tgz")).toBeNull();
  expect(hostOfAddress(null)).toBeNull();
});

it.each([
  ["file", "1.0.0", "file:a.tgz", "a file"],
  ["file", "1.0.0", "file:a.TAR.GZ", "a file"],
  ["file", "1.0.0", "file:a.tar#0123", "a file"],
  ["file", "file:a.tgz", null, "a file"],
  ["file", "file:a.tgz", "file:folder", "a folder"],
  ["file", "1.0.0", "file:a.tgz.d", "a folder"],
  ["link", "1.0.0", "link:a.tgz", "a folder"],
] as const)("a package of the kind %s, version %s, from %j is %s", (source, version, resolved, kind) => {
  expect(localKind({ source, version, resolved })).toBe(kind);
});
