/** What a person might use instead, pinned in tools/ and fetched when first asked for (about 40 MB). */
import { join } from "node:path";
import { fetchPinned } from "../test/setup/pinned.ts";

/** The folder that holds their packages. Throws with npm's words when npm fails. */
export async function fetchCompareTools(): Promise<string> {
  const folder = await fetchPinned({
    title: "other programs that read lockfiles",
    folder: join(import.meta.dirname, "tools"),
    name: "bench-tools",
  });
  return join(folder, "node_modules");
}
