/** A server over a connection: with the files, the network and the ports over them. */
import type { Connection } from "vscode-languageserver";
import { HeldCatalogue, openCatalogue } from "./core/catalogue/catalogue.ts";
import { UPDATE_ADDRESS, UPDATE_KEY } from "./core/catalogue/update-key.ts";
import { NOTHING_IGNORED } from "./core/project/left-out.ts";
import { isScanned } from "./core/documents/index.ts";
import type { Excluded } from "./core/settings/suppressions.ts";
import { defaultCacheDir } from "./io/cache-dir.ts";
import { PackumentReader } from "./io/packument-reader.ts";
import { createPorts } from "./io/ports.ts";
import { truePath } from "./io/true-path.ts";
import { normalOf, pathOf, uriOf } from "./io/uri.ts";
import { VERSION } from "./io/version.ts";
import { findDocuments, type Ignored } from "./io/walk.ts";
import type { Editor } from "./lsp/editor.ts";
import type { ServerPorts } from "./lsp/environments.ts";
import type { Lifecycle } from "./lsp/lifecycle.ts";
import { startServer } from "./server.ts";
import type { Surroundings } from "./surroundings.ts";

/** The disk cache is tidied when the server has had time to do its work, ms. */
const TIDY_AFTER = 60_000;

/** The server lives until the connection ends. */
export function serve(
  connection: Connection,
  { editor, lifecycle }: { readonly editor: Editor; readonly lifecycle: Lifecycle },
  { cwd, env, packumentWorker }: Surroundings,
): void {
  const log = { info: (message: string) => editor.info(message), warn: (message: string) => editor.warn(message) };
  const packuments = new PackumentReader({ worker: packumentWorker, log });
  startServer(connection, {
    version: VERSION,
    editor,
    lifecycle,
    names: {
      normal: normalOf,
      ofPath: uriOf,
      real: (folder) => {
        const path = pathOf(folder);
        const real = path === null ? null : truePath(path);
        return real === null ? null : uriOf(real);
      },
    },
    makePorts: ({ registry, osv, offline }, { trusted, cacheDir, http }, folders): ServerPorts => {
      const held = new HeldCatalogue();
      const catalogue = openCatalogue(null, held);
      const catalogueSource = { held, key: UPDATE_KEY, address: UPDATE_ADDRESS };
      const own = { asOf: null, log, catalogue, catalogueSource, folders, readPackument: packuments.read, env, cwd };
      const reach = { registry, osv, offline, trusted, http };
      const ports = createPorts({ ...reach, cacheDir: cacheDir ?? defaultCacheDir(env, cwd), ...own });
      setTimeout(() => void ports.maintain(), TIDY_AFTER).unref();
      return {
        ...ports,
        disk: ports.files,
        find: async (folder, exclude, cancel) => {
          const path = pathOf(folder);
          if (path === null) return { uris: [], excluded: [], ignored: NOTHING_IGNORED };
          const excluded: Excluded[] = [];
          const onExcluded = (one: Excluded): void => void excluded.push(one);
          let ignored: Ignored = { folders: [], files: [], unheeded: [] };
          const onIgnored = (left: Ignored): void => void (ignored = left);
          const options = { isDocument: isScanned, exclude, onExcluded, onIgnored };
          const { files, problems } = await findDocuments([path], options, cancel);
          for (const problem of problems) log.warn(`${problem.path}: ${problem.failure.reason}`);
          for (const { path: at, reason } of ignored.unheeded) log.warn(`${at} is not heeded, or not whole: ${reason}`);
          const { folders: left, files: leftFiles } = ignored;
          return {
            uris: files.map(uriOf),
            excluded,
            ignored: { folders: left.map(uriOf), files: leftFiles.map(uriOf) },
          };
        },
      };
    },
  });
}
