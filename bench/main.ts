/** Prints how fast it is, as medians with their spread. Times never make it fail. */
import { cpus, loadavg } from "node:os";
import { readerRows } from "./reader.ts";
import { lagRows, manifestRows } from "./server.ts";
import { tableOf } from "./table.ts";

async function main(): Promise<void> {
  const rows = [...(await manifestRows()), ...(await lagRows()), ...(await readerRows())];
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, load ${(loadavg()[0] ?? 0).toFixed(1)}\n\n${tableOf(rows)}\n`,
  );
}

void main();
