/** Pictures of the window. `npm run pictures` takes those of the README; any other run leaves them under `.vscode-test/`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Workbench } from "./workbench.ts";
import { root } from "./world.ts";

const folder =
  process.env["DEPWARDEN_PICTURES"] === "readme" ? join(root, "docs/images") : join(root, ".vscode-test/pictures");

/** Saves `<name>.png`. */
export async function savePicture(workbench: Workbench, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await workbench.screenshot(join(folder, `${name}.png`));
}
