// Loaded into the server with `--require`. Appends the event loop's longest delay in ms to the file that
// DEPWARDEN_BENCH_LAG names, and starts anew, at each SIGUSR2: the longest stretch in which nothing else had its turn.
const { appendFileSync } = require("node:fs");
const { monitorEventLoopDelay } = require("node:perf_hooks");

const RESOLUTION = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();
process.on("SIGUSR2", () => {
  appendFileSync(process.env.DEPWARDEN_BENCH_LAG, `${delay.max / 1e6}\n`);
  delay.reset();
});
