/**
 * Both fakes as one process, with the world of examples/axios-2026-03 in them:
 * `npx tsx test/fakes/main.ts [--moment live|after]`. Prints one line of JSON, and ends on SIGINT, on SIGTERM, or when
 * standard input ends.
 */
import { parseArgs } from "node:util";
import { AXIOS, axiosWorld, sampleWorld } from "./incidents.ts";
import { startOsv } from "./osv.ts";
import { startRegistry } from "./registry.ts";

async function main(): Promise<void> {
  const { moment } = parseArgs({ options: { moment: { type: "string", default: "live" } } }).values;
  if (moment !== "live" && moment !== "after") throw new Error("--moment is live or after");

  const registry = await startRegistry();
  const osv = await startOsv();
  sampleWorld(registry);
  axiosWorld(registry, osv, { moment });

  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= Promise.all([registry.close(), osv.close()]).then(() => {
      process.stdin.destroy();
    });
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdin.once("end", stop).once("close", stop).resume();

  process.stdout.write(`${JSON.stringify({ registry: registry.url, osv: osv.url, moment, asOf: AXIOS[moment] })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
