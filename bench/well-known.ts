/**
 * How much fifty widely used packages make a registry send: whole packuments, abbreviated ones, and abbreviated ones with
 * the manifests of three versions. Asks the registry that npm is configured with for the whole packuments; nothing else
 * here leaves the machine. As not every registry packs or abbreviates, both is done here, as npmjs does it.
 */
import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { request } from "undici";
import { recordOf } from "../server/src/core/facts/raw.ts";
import type { Row } from "./table.ts";

const NAMES = [
  ...["next", "typescript", "@types/node", "react", "react-dom", "vite", "eslint", "prettier", "webpack", "express"],
  ...["axios", "lodash", "chalk", "commander", "debug", "dotenv", "rxjs", "zod", "uuid", "semver"],
  ...["jest", "vitest", "mocha", "esbuild", "rollup", "postcss", "tailwindcss", "autoprefixer", "sass", "ts-node"],
  ...["@babel/core", "@types/react", "@angular/core", "vue", "svelte", "graphql", "ws", "pg", "mongoose", "redis"],
  ...["aws-sdk", "@aws-sdk/client-s3", "firebase", "puppeteer", "playwright", "sharp", "yargs", "glob", "fs-extra"],
  "nodemon",
];
/** The newest ones: as many as what is asked for, what was there before, and what would be safe. */
const VERSIONS = 3;
const AT_ONCE = 8;

/** Of a release in an abbreviated packument: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
const KEPT = [
  ...["name", "version", "deprecated", "dependencies", "optionalDependencies", "devDependencies", "bundleDependencies"],
  ...["peerDependencies", "peerDependenciesMeta", "bin", "directories", "dist", "engines", "_hasShrinkwrap"],
  ...["hasInstallScript", "cpu", "os", "funding"],
];

interface Packument {
  readonly whole: Size;
  readonly abbreviated: Size;
  readonly manifests: readonly Size[];
  /** JSON.parse of the whole, ms. */
  readonly parsing: number;
}

/** Bytes. */
interface Size {
  readonly packed: number;
  readonly unpacked: number;
}

export async function wellKnownRows(): Promise<readonly Row[]> {
  const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const base = registry.endsWith("/") ? registry : `${registry}/`;
  const found: Packument[] = [];
  const queue = [...NAMES];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift())
        found.push(await packumentAt(`${base}${name.replace("/", "%2f")}`));
    }),
  );
  const short = found.map(({ abbreviated }) => abbreviated);
  return [
    ...rowsOf(
      "whole packuments",
      found.map(({ whole }) => whole),
    ),
    { what: "  read as JSON", unit: "ms", samples: found.map(({ parsing }) => parsing), target: "" },
    ...rowsOf("abbreviated packuments", short),
    ...rowsOf(`abbreviated, and ${VERSIONS} manifests of each`, [
      ...short,
      ...found.flatMap(({ manifests }) => manifests),
    ]),
  ];
}

function rowsOf(what: string, sizes: readonly Size[]): readonly Row[] {
  const total = (of: (size: Size) => number) => [sizes.reduce((sum, size) => sum + of(size), 0) / 1e6];
  return [
    { what: `${what}: requests`, unit: "", samples: [sizes.length], target: "" },
    { what: "  gzipped, together", unit: "MB", samples: total(({ packed }) => packed), target: "" },
    { what: "  unpacked, together", unit: "MB", samples: total(({ unpacked }) => unpacked), target: "" },
  ];
}

async function packumentAt(url: string): Promise<Packument> {
  const answer = await request(url, { headers: { accept: "application/json" } });
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  const text = await answer.body.text();
  const start = performance.now();
  const packument = objectIn(JSON.parse(text));
  const parsing = performance.now() - start;
  const versions = Object.entries(objectIn(packument["versions"]));
  const abbreviated = {
    name: packument["name"],
    modified: objectIn(packument["time"])["modified"],
    "dist-tags": packument["dist-tags"],
    versions: Object.fromEntries(versions.map(([version, manifest]) => [version, abbreviatedOf(objectIn(manifest))])),
  };
  return {
    whole: sizeOf(text),
    abbreviated: sizeOf(JSON.stringify(abbreviated)),
    manifests: versions.slice(-VERSIONS).map(([, manifest]) => sizeOf(JSON.stringify(manifest))),
    parsing,
  };
}

function abbreviatedOf(manifest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(KEPT.flatMap((key) => (key in manifest ? [[key, manifest[key]] as const] : [])));
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  const record = recordOf(value);
  if (record === null) throw new Error("the registry's answer is no packument");
  return record;
}

function sizeOf(text: string): Size {
  return { packed: gzipSync(text).length, unpacked: Buffer.byteLength(text) };
}
