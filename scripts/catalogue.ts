/**
 * Makes the bundled catalogue of past incidents from its sources. `--sign KEYFILE` also publishes it, signed, for those
 * who fetch it; `--new-key KEYFILE` makes the key for that, and nothing else. See docs/catalogue.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { CatalogueSchema } from "../server/src/core/catalogue/schema.ts";
import { UPDATE_KEY } from "../server/src/core/catalogue/update-key.ts";
import { compile, render } from "./catalogue/compile.ts";
import { newKeyPair, signed } from "./catalogue/signing.ts";
import { readSources } from "./catalogue/sources.ts";

const ROOT = new URL("../", import.meta.url);
const OUTPUT = new URL("server/src/core/catalogue/catalogue.json", ROOT);
/** Where UPDATE_ADDRESS leads. */
const PUBLISHED = new URL("catalogue/v1/catalogue.json", ROOT);

function makeKey(path: string): void {
  if (!relative(fileURLToPath(ROOT), resolve(path)).startsWith(".."))
    throw new Error("keep the private key outside of the repository");
  const { privateKey, publicKey } = newKeyPair();
  writeFileSync(path, privateKey, { mode: 0o600, flag: "wx" });
  console.error(`${path} holds the private key. Its public half, for server/src/core/catalogue/update-key.ts:`);
  console.log(publicKey);
}

function make(): string {
  const file = compile(readSources(new URL("catalogue/", import.meta.url)), Date.now());
  v.parse(CatalogueSchema, file);
  const text = render(file);
  writeFileSync(OUTPUT, text);
  const { incidents, packages, versions } = file.counts;
  console.error(
    `${incidents} incidents, ${packages} packages, ${versions} versions, ${Buffer.byteLength(text)} bytes.`,
  );
  return text;
}

function publish(text: string, keyFile: string): void {
  const published = existsSync(PUBLISHED) ? readFileSync(PUBLISHED, "utf8") : null;
  const signature = signed(text, { privateKey: readFileSync(keyFile, "utf8"), key: UPDATE_KEY, published });
  mkdirSync(new URL("./", PUBLISHED), { recursive: true });
  writeFileSync(PUBLISHED, text);
  writeFileSync(new URL(`${PUBLISHED.href}.sig`), `${signature}\n`);
  console.error("catalogue/v1/ has it, signed. It reaches users once it is on the branch main.");
}

try {
  const { values } = parseArgs({ options: { sign: { type: "string" }, "new-key": { type: "string" } } });
  const { sign, "new-key": newKey } = values;
  if (newKey !== undefined) makeKey(newKey);
  else {
    const text = make();
    if (sign !== undefined) publish(text, sign);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
