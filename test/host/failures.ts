/** Where a failed run leaves what it saw: pictures of the page and the server's log. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../.vscode-test/failures");

/** Path for one file of a failure, named after what failed. */
export async function failurePath(name: string, extension: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return join(folder, `${name.replace(/[^a-z0-9]+/gi, "-").toLowerCase()}.${extension}`);
}
