/** Sends requests as Depwarden does. Its argument is ClientOptions as JSON; ClientFigures go to the parent. */
import { createRequire } from "node:module";
import type { buildConnector as Build, Pool as UndiciPool } from "undici";
import { Connection, DEFAULT_CONNECTION_OPTIONS } from "../server/src/io/connection.ts";
import type { ClientFigures, ClientOptions, Http2Options } from "./http2.ts";

const require = createRequire(import.meta.url);

/** Before `http.ts` loads undici: Depwarden itself has no such choice. */
function speakHttp2({ connections, streams }: Http2Options): void {
  replace("undici/lib/dispatcher/pool.js", (original) => {
    return class extends (original as typeof UndiciPool) {
      constructor(origin: string, options: UndiciPool.Options) {
        super(origin, { ...options, allowH2: true, connections, pipelining: streams });
      }
    };
  });
  replace("undici/lib/core/connect.js", (original) => {
    const build = original as (options: Build.BuildOptions) => Build.connector;
    return (options: Build.BuildOptions) => build({ ...options, allowH2: true });
  });
}

function replace(module: string, wrap: (original: unknown) => unknown): void {
  const original: unknown = require(module);
  const cached = require.cache[require.resolve(module)];
  if (cached === undefined) throw new Error(`${module} cannot be replaced`);
  cached.exports = wrap(original);
}

async function main({ url, requests, http2 }: ClientOptions): Promise<void> {
  if (http2 !== null) speakHttp2(http2);
  const { Http } = await import("../server/src/io/http.ts");
  const http = new Http({}, {});
  const tls = { ...DEFAULT_CONNECTION_OPTIONS, strictSSL: false };
  const connection = new Connection({ registry: url, options: () => tls, credentials: () => ({}) });
  const { signal } = new AbortController();
  const before = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: requests }, (_, index) =>
      http.send({ method: "GET", url: `${url}package-${index}`, connection }, signal),
    ),
  );
  const time = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  process.send?.({ time, processor: (user + system) / 1000 } satisfies ClientFigures, () => process.exit(0));
}

void main(JSON.parse(process.argv[2] ?? "") as ClientOptions);
