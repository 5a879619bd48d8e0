/** Folders that are gone when this process is, whichever way it ends. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = new Set<string>();

/** Makes a folder under the system's temporary one. */
export async function temporaryFolder(name: string): Promise<string> {
  if (folders.size === 0) {
    process.once("exit", () => {
      for (const folder of folders) rmSync(folder, removal);
    });
  }
  const folder = await mkdtemp(join(tmpdir(), `depwarden-${name}-`));
  folders.add(folder);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, removal);
  folders.delete(folder);
}

/** A server that is just being ended may still write. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const;
