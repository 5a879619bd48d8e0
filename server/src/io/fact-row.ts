/**
 * What the fact store keeps of a text, as the bytes of one database row:
 *
 *     offset 0   1 byte   how the text is stored: 0 as it is, 1 as zlib
 *            1   4 bytes  CRC-32 of the key and of all bytes that follow
 *            5   4 bytes  length of the text in bytes
 *            9   4 bytes  length of the metadata in bytes
 *           13            metadata, as JSON in UTF-8
 *                         text, in UTF-8
 *
 * Integers are unsigned, little-endian. SQLite keeps no checksum of its pages, so a row carries its own.
 */
import { promisify } from "node:util";
import { crc32, deflate, deflateSync, inflate, inflateSync } from "node:zlib";

export interface StoredText {
  readonly text: string;
  /** What `put` was given beside the text, as JSON carries it. */
  readonly metadata: unknown;
}

/** Longer texts, in bytes, are not kept. */
export const MOST_TEXT = 64 * 1024 * 1024;

const PLAIN = 0;
const ZLIB = 1;
const HEADER = 13;
/** Shorter texts are not compressed: the page they are on is not filled anyway. In bytes. */
const WORTH_COMPRESSING = 1024;
/** The fastest: level 3 makes these texts no smaller. */
const LEVEL = 1;
/** Longer texts, in bytes, are compressed in a thread of their own. For shorter ones, starting that costs more. */
const LONG = 128 * 1024;

/** Null: the text is too long to be kept. */
export async function encodeRow(key: string, { text, metadata }: StoredText): Promise<Uint8Array | null> {
  const plain = Buffer.from(text);
  if (plain.length > MOST_TEXT) return null;
  const beside = Buffer.from(JSON.stringify(metadata));
  const isCompressed = plain.length >= WORTH_COMPRESSING;
  const payload = isCompressed ? await compressed(plain) : plain;
  const row = Buffer.concat([Buffer.alloc(HEADER), beside, payload]);
  row.writeUInt8(isCompressed ? ZLIB : PLAIN, 0);
  row.writeUInt32LE(plain.length, 5);
  row.writeUInt32LE(beside.length, 9);
  row.writeUInt32LE(checksum(key, row), 1);
  return row;
}

/** Null: it is not what `encodeRow` writes for this key. */
export async function decodeRow(key: string, row: Uint8Array): Promise<StoredText | null> {
  if (row.length < HEADER) return null;
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  if (bytes.readUInt32LE(1) !== checksum(key, bytes)) return null;
  const length = bytes.readUInt32LE(5);
  const start = HEADER + bytes.readUInt32LE(9);
  if (start > bytes.length || length > MOST_TEXT) return null;
  try {
    const metadata: unknown = JSON.parse(bytes.toString("utf8", HEADER, start));
    const payload = bytes.subarray(start);
    const plain = bytes[0] === ZLIB ? await decompressed(payload, length) : payload;
    return plain.length === length ? { text: plain.toString("utf8"), metadata } : null;
  } catch {
    return null;
  }
}

/** How long a row says that its text is, in bytes. */
export function textLength(row: Uint8Array): number {
  return row.length < HEADER ? 0 : new DataView(row.buffer, row.byteOffset, row.byteLength).getUint32(5, true);
}

function checksum(key: string, row: Buffer): number {
  return crc32(row.subarray(5), crc32(key));
}

async function compressed(plain: Buffer): Promise<Buffer> {
  return plain.length < LONG ? deflateSync(plain, { level: LEVEL }) : promisify(deflate)(plain, { level: LEVEL });
}

/** Never more than `length` bytes. Throws what zlib throws. */
async function decompressed(payload: Buffer, length: number): Promise<Buffer> {
  const bound = Math.max(length, 1);
  const options = { maxOutputLength: bound, chunkSize: Math.min(Math.max(bound, 64), LONG) };
  return length < LONG ? inflateSync(payload, options) : promisify(inflate)(payload, options);
}
