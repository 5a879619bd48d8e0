/** Before the tests: makes dist/ when it is not there, or older than what it is made from. */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MADE = ["dist/server.js", "dist/cli.js", "dist/extension.js", "dist/client.js"];
const MADE_FROM = [
  "package.json",
  "scripts/build.mjs",
  "scripts/bundles.mjs",
  "scripts/bundle-plugins.mjs",
  "common",
  "client/src",
  "server/src",
];

export default function setup(): void {
  const made = MADE.map((path) => changedAt(join(ROOT, path)) ?? 0);
  const sources = MADE_FROM.flatMap((path) => filesIn(join(ROOT, path))).map((path) => changedAt(path) ?? 0);
  if (Math.min(...made) > Math.max(...sources)) return;
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
}

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
}

function changedAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
