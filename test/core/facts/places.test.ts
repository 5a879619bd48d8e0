import { expect, it } from "vitest";
import { addressOf } from "../../../server/src/core/facts/places.ts";

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
