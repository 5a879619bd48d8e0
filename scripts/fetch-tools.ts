/** Downloads all that the tests run, where it is not there yet: package managers, a registry, VS Code's web host, a browser. */
import { fetchNetworkTools } from "../test/network/tools.ts";
import { fetchTools } from "../test/package-managers/tools.ts";
import { browserExecutable } from "../test/host/browser.ts";
import { fetchWebHost } from "../test/host/web-host/fetch.ts";

async function main(): Promise<void> {
  await fetchTools();
  await fetchNetworkTools();
  // Elsewhere there is none; the host tests say what to do there.
  if (process.platform !== "linux") return;
  await fetchWebHost();
  browserExecutable();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
