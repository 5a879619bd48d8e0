/** Makes the bundled catalogue of past incidents from its sources, and signs it for those who fetch it. See docs/catalogue.md. */
import { writeFileSync } from "node:fs";
import * as v from "valibot";
import { CatalogueSchema } from "../server/src/core/catalogue/schema.ts";
import { compile, render } from "./catalogue/compile.ts";
import { readSources } from "./catalogue/sources.ts";

const OUTPUT = new URL("../server/src/core/catalogue/catalogue.json", import.meta.url);

const file = compile(readSources(new URL("catalogue/", import.meta.url)), Date.now());
v.parse(CatalogueSchema, file);
const text = render(file);
writeFileSync(OUTPUT, text);
const { incidents, packages, versions } = file.counts;
console.error(`${incidents} incidents, ${packages} packages, ${versions} versions, ${Buffer.byteLength(text)} bytes.`);
