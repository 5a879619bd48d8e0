/**
 * Runs the host tests again and again, to find what fails now and then: `npm run test:host:repeat -- [TIMES] [--busy N]`,
 * after `npm run build`. TIMES is 20 unless given; N loops keep the processor busy beside. Prints what failing runs
 * print, and in the end how often each test failed. Exit status 1 when one did.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { endGroup, spawnGroup } from "./processes.ts";
import { mark } from "./runner.ts";
import { root } from "./world.ts";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { busy: { type: "string" } }, allowPositionals: true });
  const times = Number(positionals[0] ?? "20");
  const loops = Number(values.busy ?? "0");
  if (!Number.isInteger(times) || !Number.isInteger(loops)) throw new Error("TIMES and N are whole numbers.");

  const busy = Array.from({ length: loops }, () =>
    spawnGroup(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
  );
  const failures = new Map<string, number>();
  let failedRuns = 0;
  try {
    for (let run = 1; run <= times; run++) {
      const start = Date.now();
      const { code, output } = await runOnce();
      const last = output.trimEnd().split("\n").at(-1) ?? "";
      console.log(`${run} of ${times}, ${Math.round((Date.now() - start) / 1000)} s: ${last}`);
      if (code === 0) continue;
      failedRuns++;
      console.log(output);
      for (const line of output.split("\n").filter((text) => text.startsWith(mark.failed)))
        failures.set(line, (failures.get(line) ?? 0) + 1);
    }
  } finally {
    await Promise.all(busy.map(endGroup));
  }
  console.log(
    `${times - failedRuns} of ${times} runs passed${loops === 0 ? "" : `, with ${loops} busy loops beside`}.`,
  );
  for (const [test, count] of failures) console.log(`${count} times: ${test}`);
  return failedRuns === 0 ? 0 : 1;
}

async function runOnce(): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn("npm", ["run", "--silent", "test:host"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
