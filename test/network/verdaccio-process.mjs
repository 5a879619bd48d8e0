/** Process: runs verdaccio on a free port of loopback, says its port on standard output, and ends with standard input. */
import { createRequire } from "node:module";

const [, , folder, config] = process.argv;
const { runServer } = createRequire(import.meta.url)(folder);
const server = await runServer(config);
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
process.stdin.resume().on("end", () => process.exit());
