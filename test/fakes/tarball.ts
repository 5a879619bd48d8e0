/** Small real package tarballs, the same bytes for the same input. */
import { gzipSync } from "node:zlib";

const BLOCK = 512;

/** A gzipped ustar archive with each file under `package/`, as npm packs them. Paths of up to 100 bytes. */
export function packTarball(files: Readonly<Record<string, string>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    blocks.push(header(`package/${path}`, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1)));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

/** POSIX ustar: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (at: number, text: string) => block.write(text, at, "latin1");
  if (Buffer.byteLength(path) > 100) throw new Error(`too long for a ustar name: ${path}`);
  block.write(path, 0, "utf8");
  put(100, "000644 \0");
  put(108, "000000 \0");
  put(116, "000000 \0");
  put(124, `${size.toString(8).padStart(11, "0")} `);
  // npm's own tarballs carry this date, so that they can be made anew.
  put(136, `${(Date.UTC(1985, 9, 26, 8, 15) / 1000).toString(8).padStart(11, "0")} `);
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\0" + "00");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}
