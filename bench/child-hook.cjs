// Loaded into a program with `--require`. DEPWARDEN_BENCH_NOW: the moment, in ms since epoch, at which its clock stands
// still. DEPWARDEN_BENCH_COST: the file that gets what the process has used, at its end.
const { readFileSync, writeFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

const { DEPWARDEN_BENCH_NOW: now, DEPWARDEN_BENCH_COST: file } = process.env;
if (now !== undefined) Date.now = () => Number(now);
if (file !== undefined && isMainThread)
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    // Where the system has no such file, nobody tells.
    const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
    writeFileSync(file, JSON.stringify({ microseconds: user + system, status }));
  });
