/** Prints how fast it is, as medians with their spread. Times never make it fail. With numbers: typing in projects of so many packages. */
import { cpus, loadavg } from "node:os";
import { readerRows } from "./reader.ts";
import { lagRows, manifestRows } from "./server.ts";
import { tableOf } from "./table.ts";
import { typingRows } from "./typing.ts";

async function main(): Promise<void> {
  const sizes = process.argv.slice(2).map(Number);
  const rows =
    sizes.length > 0
      ? await typingRows(sizes)
      : [...(await manifestRows()), ...(await typingRows()), ...(await lagRows()), ...(await readerRows())];
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, load ${(loadavg()[0] ?? 0).toFixed(1)}\n\n${tableOf(rows)}\n`,
  );
}

void main();
