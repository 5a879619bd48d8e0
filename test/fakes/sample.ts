/** The benign packages of examples/axios-2026-03, as the fake registry knows them. */
import { readFileSync } from "node:fs";
import { isObject } from "./loopback.ts";
import type { FakeRegistry } from "./registry.ts";

/** Packages that the sample's lockfile locks and that took part in the attack: not published from here. */
const ATTACKED = new Set(["axios", "plain-crypto-js"]);

/**
 * When the locked versions came out, roughly: the times of 2026 are as a mirror gives them, which may be days late, and
 * the days before that are approximate. What tests may rely on is that all had been public for days on 31 March 2026.
 */
const PUBLISHED = new Map([
  ["@types/mustache", "2025-05-08"],
  ["@types/node", "2026-03-12T17:17:37Z"],
  ["@types/nodemailer", "2026-03-05"],
  ["asynckit", "2016-06-14"],
  ["call-bind-apply-helpers", "2025-02-12"],
  ["combined-stream", "2019-05-12"],
  ["delayed-stream", "2015-04-30"],
  ["dotenv", "2026-02-12"],
  ["dunder-proto", "2024-12-17"],
  ["es-define-property", "2024-12-06"],
  ["es-errors", "2024-02-05"],
  ["es-object-atoms", "2025-01-14"],
  ["es-set-tostringtag", "2025-01-02"],
  ["follow-redirects", "2025-07-31"],
  ["form-data", "2025-11-17T04:47:10Z"],
  ["function-bind", "2023-10-12"],
  ["get-intrinsic", "2025-02-22"],
  ["get-proto", "2025-01-02"],
  ["gopd", "2024-12-04"],
  ["has-symbols", "2024-12-02"],
  ["has-tostringtag", "2024-02-01"],
  ["hasown", "2024-03-10"],
  ["math-intrinsics", "2024-12-18"],
  ["mime-db", "2022-02-21"],
  ["mime-types", "2022-03-12"],
  ["mustache", "2021-03-28"],
  ["nodemailer", "2026-03-25T09:11:35Z"],
  ["proxy-from-env", "2026-03-15"],
  ["typescript", "2025-09-30T22:05:28Z"],
  ["undici-types", "2026-01-08T21:56:16Z"],
]);

/** Publishes what the sample locks, but for axios and plain-crypto-js, with the integrity that its lockfile holds. */
export function sampleWorld(registry: FakeRegistry): void {
  for (const name of lockedPackages().keys()) publishLocked(registry, name);
}

/** Publishes these packages, and what they need, in the versions that the sample locks. */
export function publishWithDependencies(registry: FakeRegistry, names: readonly string[]): void {
  const packages = lockedPackages();
  const reached = new Set(names);
  for (const name of reached) {
    publishLocked(registry, name);
    for (const needed of Object.keys(packages.get(name)?.dependencies ?? {})) reached.add(needed);
  }
}

interface LockedEntry {
  readonly version: string;
  readonly integrity: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

function publishLocked(registry: FakeRegistry, name: string): void {
  const entry = lockedPackages().get(name);
  const at = PUBLISHED.get(name);
  if (entry === undefined || at === undefined)
    throw new Error(`the sample locks no ${name}, or its publish time is not listed`);
  const { version, ...rest } = entry;
  registry.publish(name, version, { ...rest, at });
}

/** The sample has every package once, at the top. */
function lockedPackages(): ReadonlyMap<string, LockedEntry> {
  const url = new URL("../../examples/axios-2026-03/package-lock.json", import.meta.url);
  const lockfile: unknown = JSON.parse(readFileSync(url, "utf8"));
  const packages = isObject(lockfile) ? lockfile["packages"] : undefined;
  if (!isObject(packages)) throw new Error(`no packages in ${url.href}`);
  const prefix = "node_modules/";
  const entries = Object.entries(packages)
    .filter(([key]) => key.startsWith(prefix) && !ATTACKED.has(key.slice(prefix.length)))
    .map(([key, value]): [string, LockedEntry] => [key.slice(prefix.length), readEntry(key, value)]);
  return new Map(entries);
}

function readEntry(key: string, value: unknown): LockedEntry {
  if (!isObject(value)) throw new Error(`${key} is no object`);
  const { version, integrity } = value;
  if (typeof version !== "string" || typeof integrity !== "string")
    throw new Error(`${key} has no version or no integrity`);
  return {
    version,
    integrity,
    dependencies: strings(value["dependencies"]),
    engines: strings(value["engines"]),
    bin: strings(value["bin"]),
  };
}

function strings(value: unknown): Record<string, string> {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)])) : {};
}
