/** Bodies as the host encoded them, unpacked within bounds. */
import type { Transform } from "node:stream";
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  inflateSync,
} from "node:zlib";
import { NoRoom, type BodyShare } from "./body-budget.ts";
import { failureOfReading, HttpFailure } from "./http-failure.ts";

/** What is asked for. Node's zlib has zstd only from 22.15 on. */
export const ACCEPT_ENCODING = "gzip, deflate, br";

interface Unpacker {
  readonly sync: (packed: Buffer, options: { readonly maxOutputLength: number }) => Buffer;
  readonly stream: (options: { readonly chunkSize: number }) => Transform;
}

const GZIP: Unpacker = { sync: gunzipSync, stream: createGunzip };
const BROTLI: Unpacker = { sync: brotliDecompressSync, stream: createBrotliDecompress };
const ZLIB: Unpacker = { sync: inflateSync, stream: createInflate };
const RAW: Unpacker = { sync: inflateRawSync, stream: createInflateRaw };

/** Up to so many bytes it takes longer to hand a body to another thread than to unpack it here. */
const SMALL = { packed: 16 * 1024, unpacked: 256 * 1024 };
const CHUNK = 256 * 1024;

export interface BodyBounds {
  /** Bytes, unpacked. */
  readonly limit: number;
  readonly share: BodyShare;
  /** Named in failures. */
  readonly host: string;
}

export function tooLarge(host: string, limit: number): HttpFailure {
  return new HttpFailure("malformed", `${host} answered more than ${Math.round(limit / 1024 / 1024)} MB`);
}

/** `encoding`: the value of `Content-Encoding`. Throws HttpFailure and NoRoom. */
export async function unpack(packed: Buffer, encoding: string | null, bounds: BodyBounds): Promise<Buffer> {
  const name = (encoding ?? "identity").trim().toLowerCase();
  if (name === "identity" || name === "") return packed;
  const unpacker = unpackerOf(name, packed);
  if (unpacker === null) throw failureOfReading(bounds.host);
  return (
    (packed.length <= SMALL.packed ? unpackHere(unpacker, packed, bounds) : null) ??
    unpackAside(unpacker, packed, bounds)
  );
}

function unpackerOf(name: string, packed: Buffer): Unpacker | null {
  if (name === "gzip" || name === "x-gzip") return GZIP;
  if (name === "br") return BROTLI;
  if (name !== "deflate") return null;
  // Some servers leave out the zlib header: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2
  return ((packed[0] ?? 0) & 0x0f) === 0x08 ? ZLIB : RAW;
}

/** Null: it is larger than it looks. */
function unpackHere({ sync }: Unpacker, packed: Buffer, { limit, share, host }: BodyBounds): Buffer | null {
  try {
    const body = sync(packed, { maxOutputLength: Math.min(SMALL.unpacked, limit) });
    share.take(body.length);
    return body;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw failureFromZlib(error, host);
  }
}

async function unpackAside({ stream }: Unpacker, packed: Buffer, { limit, share, host }: BodyBounds): Promise<Buffer> {
  const unpacking = stream({ chunkSize: CHUNK });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    unpacking.end(packed);
    for await (const chunk of unpacking as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(host, limit);
      share.take(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    throw failureFromZlib(error, host);
  }
  return Buffer.concat(chunks, size);
}

function failureFromZlib(error: unknown, host: string): unknown {
  return error instanceof HttpFailure || error instanceof NoRoom ? error : failureOfReading(host);
}
