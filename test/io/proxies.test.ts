/** Which hosts a list leaves out of the proxy: npm's rules, @npmcli/agent's lib/proxy.js. */
import { expect, it } from "vitest";
import { Proxies } from "../../server/src/io/proxies.ts";

it.each([
  ["a.example", "https://a.example/", true],
  ["a.example", "https://b.a.example/", true],
  ["a.example", "https://ba.example/", false],
  [".a.example", "https://a.example/", true],
  [" b.example , a.example ", "https://a.example/", true],
  ["example", "https://a.example/", true],
  ["b.a.example", "https://a.example/", false],
  ["*", "https://a.example/", false],
  [",., ,", "https://a.example/", false],
  ["127.0.0.1", "http://127.0.0.1:4873/", true],
])("%j, %s: %j", (noProxy, url, isLeftOut) => {
  const proxy = new Proxies({}).for(new URL(url), { proxy: "http://proxy.example/", noProxy });
  expect(proxy === null).toBe(isLeftOut);
});
