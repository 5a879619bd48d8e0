/** A registry that speaks HTTP/1.1 and HTTP/2 over TLS. Its argument is ServerOptions as JSON; its URL goes to the parent. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { ServerOptions } from "./http2.ts";

/** About 11 KB gzipped, as of 60 releases. */
const BODY = gzipSync(JSON.stringify({ name: "package", fill: randomBytes(10_600).toString("base64").repeat(2) }));
const HEADERS = { "content-type": "application/json", "content-encoding": "gzip", "content-length": BODY.length };

async function main({ cert, key, latency }: ServerOptions): Promise<void> {
  const server = createSecureServer({ cert, key, allowHTTP1: true }, (_request, response) => {
    setTimeout(() => response.writeHead(200, HEADERS).end(BODY), latency);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

void main(JSON.parse(process.argv[2] ?? "") as ServerOptions);
