// Loaded into the server with `--require`. At each SIGUSR2 it collects garbage and appends the bytes of the heap that
// are in use to the file that DEPWARDEN_LIFE_MEMORY names.
const { appendFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
process.on("SIGUSR2", () => {
  collect();
  appendFileSync(process.env.DEPWARDEN_LIFE_MEMORY, `${process.memoryUsage().heapUsed}\n`);
});
