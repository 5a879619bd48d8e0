/** What the tests of the network need beside the fakes, pinned in tools/ and fetched when first asked for (about 250 MB). */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fetchPinned } from "../setup/pinned.ts";

export interface NetworkTools {
  /** Folder of verdaccio, to be run by {@link NetworkTools.node}. */
  readonly verdaccio: string;
  /** A Node that verdaccio runs on: this one where it is new enough. */
  readonly node: string;
  /** Folder of node-forge. */
  readonly forge: string;
}

const VERDACCIO_WANTS = 22;

/** Throws with npm's words when npm fails, and when there is no Node for this platform. */
export async function fetchNetworkTools(): Promise<NetworkTools> {
  const folder = await fetchPinned({
    title: "a registry for tests, about 250 MB,",
    folder: join(import.meta.dirname, "tools"),
    name: "network",
  });
  const modules = join(folder, "node_modules");
  const pinnedNode = join(modules, `node-${process.platform}-${process.arch}`, "bin", "node");
  const node = Number.parseInt(process.versions.node, 10) >= VERDACCIO_WANTS ? process.execPath : pinnedNode;
  if (!existsSync(node))
    throw new Error(
      `verdaccio wants Node ${VERDACCIO_WANTS}, and none is pinned for ${process.platform}-${process.arch}`,
    );
  return { verdaccio: join(modules, "verdaccio"), node, forge: join(modules, "node-forge") };
}
