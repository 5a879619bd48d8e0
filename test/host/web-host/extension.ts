/** Puts an extension where the web host finds it, as installing it would. */
import { execFile } from "node:child_process";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { fetchWebHost } from "./fetch.ts";

/**
 * @param extension folder with a package.json, which is linked, or a `.vsix` file, which is installed
 * @param extensionsFolder what the server gets as its folder of extensions
 * @param dataFolder the server's data folder
 */
export async function installExtension(extension: string, extensionsFolder: string, dataFolder: string): Promise<void> {
  await mkdir(extensionsFolder, { recursive: true });
  if (extension.endsWith(".vsix")) {
    const { node, serverMain } = await fetchWebHost();
    const args = [
      serverMain,
      "--install-extension",
      resolve(extension),
      "--extensions-dir",
      extensionsFolder,
      "--server-data-dir",
      dataFolder,
    ];
    await promisify(execFile)(node, [...args, "--accept-server-license-terms"]);
    return;
  }
  const manifest: unknown = JSON.parse(await readFile(join(extension, "package.json"), "utf8"));
  await symlink(resolve(extension), join(extensionsFolder, folderName(manifest)));
}

/** VS Code's name for the folder of an installed extension. */
function folderName(manifest: unknown): string {
  if (
    typeof manifest === "object" &&
    manifest !== null &&
    "publisher" in manifest &&
    "name" in manifest &&
    "version" in manifest
  ) {
    return `${String(manifest.publisher)}.${String(manifest.name)}-${String(manifest.version)}`;
  }
  throw new Error("An extension's package.json has a publisher, a name and a version.");
}
