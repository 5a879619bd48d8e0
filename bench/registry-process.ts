/**
 * A registry and an advisory service on loopback, in a process of their own: answering does not take time from what is
 * measured, but for the processor that they share. Packuments are gzipped beforehand. The arguments are
 * {@link RegistryOptions} as JSON; {@link Started} and, for each message, {@link Traffic} are sent to the parent.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { malware, startOsv } from "../test/fakes/osv.ts";
import { describeRequest } from "../test/fakes/registry-request.ts";
import { startRegistry } from "../test/fakes/registry.ts";
import { ABBREVIATED, preparedPackument, type PreparedPackument } from "./packuments.ts";
import { namesOf } from "./projects.ts";
import type { BenchRequest, RegistryOptions, Started, Traffic } from "./registry.ts";

const OSV = /^\/v1\/(querybatch|query|vulns\/.*)$/;
const DATES = { published: "2026-01-02T03:04:05Z" };

async function main({ count, releases, latency, compromised }: RegistryOptions): Promise<void> {
  const requests: BenchRequest[] = [];
  const sockets = new Set<Socket>();
  let closedBytes = 0;
  let takenBytes = 0;
  const server = createServer((incoming, response) => void answer(incoming, response));
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      closedBytes += socket.bytesWritten;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  // They say what is asked about advisories; nothing reaches them over the network.
  const osv = await startOsv();
  const bulk = await startRegistry();
  const packuments = new Map<string, PreparedPackument>();
  namesOf(count).forEach((name, index) => {
    packuments.set(name, preparedPackument({ name, index, count, releases, registry: url }));
    if (index >= compromised) return;
    osv.add(malware(`MAL-2026-${index}`, name, ["1.2.3"], DATES));
    bulk.advise(name, {
      url: `https://github.com/advisories/GHSA-0000-0000-${String(index).padStart(4, "0")}`,
      title: "Malware",
      severity: "critical",
      vulnerable_versions: "=1.2.3",
    });
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await buffer(incoming);
    const { method = "GET", url: path = "/", headers } = incoming;
    const body = (headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString("utf8");
    requests.push({ method, path, accept: headers.accept ?? "*/*", body });
    await sleep(latency);
    const request = describeRequest({ method, path, headers, body }, "/");
    const packument = request.kind === "packument" ? packuments.get(request.name ?? "") : undefined;
    if (packument !== undefined && request.kind === "packument") {
      const { gzipped, etag, type } =
        headers.accept?.includes(ABBREVIATED) === true ? packument.abbreviated : packument.full;
      const isHeld = headers["if-none-match"] === etag;
      const common = { "content-type": type, "cache-control": "public, max-age=300", etag };
      if (isHeld) response.writeHead(304, common).end();
      else
        response
          .writeHead(200, { ...common, "content-encoding": "gzip", "content-length": String(gzipped.length) })
          .end(gzipped);
      return;
    }
    const said = OSV.test(path) ? osv.answer({ method, path, headers, body, ...osvKind(path) }) : bulk.answer(request);
    response.writeHead(said.status, { ...said.headers, "content-length": String(said.body.length) }).end(said.body);
  }

  process.on("message", () => {
    const bytes = [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, closedBytes);
    process.send?.({ requests: requests.splice(0), bytes: bytes - takenBytes } satisfies Traffic);
    takenBytes = bytes;
  });
  process.send?.({ url, osv: url.slice(0, -1) } satisfies Started);
}

function osvKind(path: string): { kind: "querybatch" | "query" | "vulns"; id: string | null } {
  const id = /^\/v1\/vulns\/(.+)$/.exec(path)?.[1];
  if (id !== undefined) return { kind: "vulns", id };
  return { kind: path === "/v1/query" ? "query" : "querybatch", id: null };
}

void main(JSON.parse(process.argv[2] ?? "") as RegistryOptions);
