/**
 * Reads the lockfile of a folder with one reader and sends {@link ReadTimes} to its parent. Arguments: the format's title,
 * the reader's name, the folder, how many packages it holds, the folder of the tools.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { FORMATS } from "./compare-readers.ts";

/** ms. */
export interface ReadTimes {
  /** As a program that has just started. */
  readonly first: number;
  readonly later: readonly number[];
}

const LATER = 10;

async function main([title, name = "", folder = "", count, tools = ""]: readonly string[]): Promise<void> {
  const reader = FORMATS.find((format) => format.title === title)?.readers[name];
  if (reader === undefined) throw new Error(`no reader ${name} of ${String(title)}`);
  const read = await reader(createRequire(join(tools, "bench.cjs")));
  const timed = async (): Promise<number> => {
    const start = performance.now();
    const found = await read(folder);
    const time = performance.now() - start;
    if (found !== Number(count)) throw new Error(`${name} has read ${found} of ${String(count)} packages`);
    return time;
  };
  const first = await timed();
  const later: number[] = [];
  while (later.length < LATER) later.push(await timed());
  process.send?.({ first, later } satisfies ReadTimes);
}

void main(process.argv.slice(2));
