/**
 * Requests through `server/src/io/http.ts` over TLS, with HTTP/1.1 as it is and with undici's HTTP/2, at a server in a
 * process of its own. It is there to decide anew whether HTTP/2 should be spoken.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { makeCertificate } from "../test/network/certificates.ts";
import { fetchNetworkTools } from "../test/network/tools.ts";
import type { Row } from "./table.ts";

/** HTTP/2 with so many connections of so many streams each. */
export interface Http2Options {
  readonly connections: number;
  readonly streams: number;
}

export interface ServerOptions {
  readonly cert: string;
  readonly key: string;
  /** Before each answer, ms. */
  readonly latency: number;
}

export interface ClientOptions {
  /** Base URL of the server, ending in "/". */
  readonly url: string;
  readonly requests: number;
  /** Null: HTTP/1.1. */
  readonly http2: Http2Options | null;
}

export interface ClientFigures {
  /** ms. */
  readonly time: number;
  /** ms. */
  readonly processor: number;
}

const SIZES = [2500];
const LATENCIES = [0, 50];
const ROUNDS = 5;
const WAYS: readonly (readonly [title: string, http2: Http2Options | null])[] = [
  ["HTTP/1.1", null],
  ["HTTP/2, 1 connection", { connections: 1, streams: 100 }],
  ["HTTP/2, 4 connections", { connections: 4, streams: 16 }],
];

/** `sizes`: requests. */
export async function http2Rows(sizes: readonly number[] = SIZES): Promise<readonly Row[]> {
  const certificate = makeCertificate(await fetchNetworkTools(), { name: "bench" });
  const rows: Row[] = [];
  for (const latency of LATENCIES) {
    const server = fork(new URL("http2-server.ts", import.meta.url), [JSON.stringify({ ...certificate, latency })]);
    try {
      const [url] = (await once(server, "message")) as [string];
      for (const requests of sizes) rows.push(...(await costRows(url, requests, latency)));
    } finally {
      server.kill();
    }
  }
  return rows;
}

async function costRows(url: string, requests: number, latency: number): Promise<readonly Row[]> {
  const samples = WAYS.map((): ClientFigures[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    const turns = [...WAYS.entries()];
    // What comes first in one round comes last in the next.
    for (const [index, [, http2]] of round % 2 === 0 ? turns : turns.toReversed()) {
      samples[index]?.push(await runClient({ url, requests, http2 }));
    }
  }
  return WAYS.flatMap(([title], index) => {
    const figures = samples[index] ?? [];
    const what = `${requests.toLocaleString("en")} requests, ${latency} ms away: ${title}`;
    return [
      { what, unit: "s", samples: figures.map(({ time }) => time / 1000), target: "" },
      { what: "  processor time", unit: "s", samples: figures.map(({ processor }) => processor / 1000), target: "" },
    ];
  });
}

/** In a process of its own, so that nothing is compiled or connected beforehand. */
async function runClient(options: ClientOptions): Promise<ClientFigures> {
  const child = fork(new URL("http2-client.ts", import.meta.url), [JSON.stringify(options)]);
  const told: ClientFigures[] = [];
  child.on("message", (message) => told.push(message as ClientFigures));
  const [code] = (await once(child, "exit")) as [number | null];
  const [figures] = told;
  if (figures === undefined) throw new Error(`the client ended with ${String(code)}`);
  return figures;
}
