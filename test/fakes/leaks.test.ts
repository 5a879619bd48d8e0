/** The guard over the whole suite: a private name that reaches another server is noticed, however it is written. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLeaks } from "./leaks.ts";
import { type FakeOsv, startOsv } from "./osv.ts";
import { type FakeRegistry, startRegistry } from "./registry.ts";

let osv: FakeOsv;
let open: FakeRegistry;
let own: FakeRegistry;
beforeEach(async () => {
  [osv, open, own] = [await startOsv(), await startRegistry(), await startRegistry({ holdsPrivate: true })];
});
afterEach(() => Promise.all([osv.close(), open.close(), own.close()]));

test.each([
  ["in a path", (url: string) => fetch(`${url}@private-corp/thing`)],
  ["in an escaped path", (url: string) => fetch(`${url}@private-corp%2fthing`)],
  ["in a path with every letter escaped", (url: string) => fetch(`${url}%40%70%72%69%76%61%74%65%2d%78`)],
  ["in a path that is escaped twice", (url: string) => fetch(`${url}%2570rivate-x`)],
  ["in capitals", (url: string) => fetch(`${url}PRIVATE-x`)],
  ["in a query", (url: string) => fetch(`${url}x?purl=pkg:npm/%40private-corp/thing`)],
  ["in a body", (url: string) => fetch(url, { method: "POST", body: '{"private-thing":["1.0.0"]}' })],
  ["in an escaped body", (url: string) => fetch(url, { method: "POST", body: '{"\\u0070rivate-thing":["1.0.0"]}' })],
  ["in a header", (url: string) => fetch(url, { headers: { referer: "install private-thing" } })],
  [
    "in base64",
    (url: string) => fetch(url, { headers: { "x-project": Buffer.from("..private-thing").toString("base64") } }),
  ],
])("%s", async (_where, send) => {
  await send(own.url);
  expect(takeLeaks()).toEqual([]);
  await send(open.url);
  expect(takeLeaks()).toEqual([expect.stringContaining(open.url.slice(0, -1))]);
  await send(`${osv.url}/v1/`);
  expect(takeLeaks()).toHaveLength(1);
});

test("other names are none", async () => {
  await fetch(`${open.url}@scope%2fprivate`);
  await fetch(`${osv.url}/v1/query`, {
    method: "POST",
    body: '{"package":{"name":"leftpad","ecosystem":"npm"}}',
    headers: { "cache-control": "private" },
  });
  expect(takeLeaks()).toEqual([]);
});
