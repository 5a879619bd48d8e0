import type { IncomingHttpHeaders } from "node:http";

/** A whole answer, before content encoding. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether it is sent gzipped to clients that accept it: true for JSON, false for tarballs. */
  readonly compressible: boolean;
}

export interface RecordedRequest {
  readonly method: string;
  /** Path and query as they came over the wire, escapes included. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Gunzipped where it came gzipped; "" when there was none. */
  readonly body: string;
}
