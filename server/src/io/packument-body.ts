/** A packument as a registry answered it, read into its packed form: in this thread, or in a worker. */
import { known, unknown, type Fact } from "../core/facts/fact.ts";
import { PackedPackument } from "../core/facts/packed-packument.ts";
import { packumentFrom, type PackumentRequest } from "../core/facts/packument.ts";
import { jsonOf } from "./json.ts";

/**
 * Reads a body. `signal`: nobody waits for it any longer; it may be left unread.
 * Never throws but for the signal's reason: what is no packument is `malformed`.
 */
export type ReadPackument = (
  body: Buffer,
  request: PackumentRequest,
  signal: AbortSignal,
) => Promise<Fact<PackedPackument>>;

export function packumentOf(body: Buffer, request: PackumentRequest): Fact<PackedPackument> {
  const raw = jsonOf(body, request.host);
  if (!raw.known) return raw;
  try {
    const read = packumentFrom(raw.value, request);
    return read.known ? known(PackedPackument.of(read.value)) : read;
  } catch {
    return unknown("malformed", `${request.host} answered a packument that could not be read`);
  }
}
