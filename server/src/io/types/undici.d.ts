/** Parts of undici 7 by their files: its index would bring fetch, caches and WebSocket into the bundle. */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export default Pool;
}

declare module "undici/lib/core/connect.js" {
  import { buildConnector } from "undici";
  export default buildConnector;
}

declare module "undici/lib/api/api-connect.js" {
  import type { Dispatcher } from "undici";
  export default function connect(
    this: Dispatcher,
    options: Pick<Dispatcher.ConnectOptions, "headers"> & { readonly path: string },
  ): Promise<Dispatcher.ConnectData>;
}
