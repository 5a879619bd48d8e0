/** Writes the bundled catalogue of past incidents: `npx tsx scripts/catalogue.ts INCIDENTS.json`. See docs/catalogue.md. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import { CatalogueSchema, DisputedSchema } from "../server/src/core/catalogue/schema.ts";
import { compile, render } from "./catalogue/compile.ts";
import { EditorialSchema, InputSchema } from "./catalogue/input.ts";

const OUTPUT = new URL("../server/src/core/catalogue/catalogue.json", import.meta.url);

function read(path: string | URL): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

const [path, ...rest] = process.argv.slice(2);
if (path === undefined || rest.length > 0) {
  console.error("Usage: npx tsx scripts/catalogue.ts INCIDENTS.json");
  process.exit(2);
}
const editorial = v.parse(EditorialSchema, read(new URL("catalogue/editorial.json", import.meta.url)));
const disputed = v.parse(DisputedSchema, read(new URL("disputed.json", OUTPUT)));
const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
const { file, leftOut } = compile(v.parse(InputSchema, read(path)), editorial, disputed, `sha256-${digest}`);
const text = render(v.parse(CatalogueSchema, file));
writeFileSync(OUTPUT, text);

for (const line of leftOut) console.error(`Last good version left out: ${line}`);
const { incidents, packages, versions } = file.counts;
console.error(`${incidents} incidents, ${packages} packages, ${versions} versions, ${Buffer.byteLength(text)} bytes.`);
