/**
 * Prints how fast it is, as medians with their spread. Times never make it fail. Without arguments all usual
 * parts; else the part named, of the sizes that follow, in packages. Sizes alone are of typing.
 */
import { parseArgs } from "node:util";
import { compareRows } from "./compare.ts";
import { growthRows } from "./growth.ts";
import { http2Rows } from "./http2.ts";
import { machine } from "./machine.ts";
import { readerRows } from "./reader.ts";
import { scanRows } from "./scan.ts";
import { lagRows, manifestRows } from "./server.ts";
import { tableOf, type Row } from "./table.ts";
import { typingRows } from "./typing.ts";
import { wellKnownRows } from "./well-known.ts";

/** `sizes`: undefined for the part's own. `plot`: the file that the part draws its figures into. */
type Part = (sizes: readonly number[] | undefined, plot: string | undefined) => Promise<readonly Row[]>;

const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["opening", () => manifestRows()],
  ["typing", (sizes) => typingRows(sizes)],
  ["lag", () => lagRows()],
  ["reading", (sizes) => readerRows(sizes)],
  ["scan", (sizes) => scanRows(sizes)],
  ["growth", (sizes, plot) => growthRows(sizes, plot)],
  ["compare", (sizes) => compareRows(sizes)],
  ["well-known", () => wellKnownRows()],
  ["http2", (sizes) => http2Rows(sizes)],
]);
/** What asks other machines, and what Depwarden does not do: measured where they are asked for. */
const EXTRA = ["well-known", "http2"];

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { plot: { type: "string" } } });
  const [first = "", ...rest] = positionals;
  const hasPart = first !== "" && Number.isNaN(Number(first));
  const sizes = (hasPart ? rest : positionals).map(Number);
  const usual = [...PARTS.keys()].filter((name) => !EXTRA.includes(name));
  const names = hasPart ? [first] : sizes.length > 0 ? ["typing"] : usual;
  if (sizes.some((size) => !Number.isInteger(size) || size < 1)) throw new Error("a size is a number of packages");
  process.stdout.write(`${machine()}\n`);
  for (const name of names) {
    const part = PARTS.get(name);
    if (part === undefined) throw new Error(`no part ${name}; there are ${[...PARTS.keys()].join(", ")}`);
    const rows = await part(sizes.length === 0 ? undefined : sizes, values.plot);
    process.stdout.write(`\n${name}\n\n${tableOf(rows)}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
