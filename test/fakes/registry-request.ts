/** What a request to a registry asks for, by its path. */
import type { RecordedRequest } from "./loopback.ts";

export interface RegistryRequest extends RecordedRequest {
  readonly kind: "packument" | "version" | "tarball" | "bulk" | "other";
  /** The package asked for, unescaped; null where none is. */
  readonly name: string | null;
  /** What follows the name: a tarball's file name, or a version. */
  readonly rest: string | null;
}

const BULK = "-/npm/v1/security/advisories/bulk";

/** Reads the path as npmjs does: scoped names come as `@scope%2fname` and as `@scope/name`. */
export function describeRequest(request: RecordedRequest, basePath: string): RegistryRequest {
  const other = { ...request, kind: "other", name: null, rest: null } as const;
  const path = request.path.split("?")[0] ?? "";
  if (!path.startsWith(basePath)) return other;
  const local = unescaped(path.slice(basePath.length));
  if (local === BULK) return { ...other, kind: "bulk" };
  const match = /^(@[^/]+\/[^/]+|[^@/-][^/]*)(?:\/(-\/)?([^/]+))?$/.exec(local);
  if (match === null) return other;
  const [, name, dash, rest] = match;
  if (name === undefined) return other;
  if (rest === undefined) return { ...request, kind: "packument", name, rest: null };
  return { ...request, kind: dash === undefined ? "version" : "tarball", name, rest };
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
