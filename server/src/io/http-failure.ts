import { unknown, type Unknown, type UnknownCode } from "../core/facts/fact.ts";

/** Why a request gave nothing. `message` is the reason for a person: host and cause, no credentials, no query. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly code: UnknownCode;
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Worth another try. */
  readonly transient: boolean;
  /** How long the host asks to wait, ms; null when it does not say. */
  readonly retryAfter: number | null;

  constructor(
    code: UnknownCode,
    reason: string,
    more: { status?: number; transient?: boolean; retryAfter?: number | null } = {},
  ) {
    super(reason);
    this.code = code;
    this.status = more.status ?? null;
    this.transient = more.transient ?? false;
    this.retryAfter = more.retryAfter ?? null;
  }

  get fact(): Unknown {
    return unknown(this.code, this.message);
  }
}

/** Codes of Node's and of undici's (lib/core/errors.js) for a host that was too slow. */
const TOO_SLOW = new Set(["ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);
const CUT = new Set([
  "ECONNRESET",
  "EPIPE",
  "ECONNABORTED",
  "UND_ERR_SOCKET",
  "UND_ERR_INFO",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);
/** Trying again at once may help. A name that is not known (ENOTFOUND) or a certificate that is not trusted stays so. */
const PASSING = new Set(["ECONNREFUSED", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "EADDRINUSE"]);
const NOT_HTTP = /^(HPE_.*|UND_ERR_HEADERS_OVERFLOW)$/;
const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|HOSTNAME_MISMATCH)/;
const WANTS_CERTIFICATE = /^ERR_SSL_.*(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)$/;
const NO_TLS = /^(ERR_SSL_|EPROTO$)/;

/** What is no HTTP, or a body that is not packed as it says. */
export function failureOfReading(host: string): HttpFailure {
  return new HttpFailure("malformed", `${host} answered with something that cannot be read`);
}

/** An error thrown by the HTTP library, as a failure that names the host. */
export function failureFromError(error: unknown, host: string): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = codeOf(error);
  if (TOO_SLOW.has(code)) return new HttpFailure("timeout", `${host} did not answer in time`);
  if (CUT.has(code)) return new HttpFailure("unreachable", `${host} cut the connection`, { transient: true });
  if (NOT_HTTP.test(code)) return failureOfReading(host);
  if (CERTIFICATE.test(code)) {
    return new HttpFailure("unreachable", `${host} has a certificate that is not trusted (${code})`);
  }
  if (WANTS_CERTIFICATE.test(code))
    return new HttpFailure(
      "unauthorized",
      `${host} refused the connection: it may want a client certificate (${code})`,
    );
  if (NO_TLS.test(code)) return new HttpFailure("unreachable", `${host} does not speak TLS as it should (${code})`);
  if (code === "ERR_INVALID_CHAR") {
    const what = `the login that is configured for ${host}`;
    return new HttpFailure("unauthorized", `${what} has a line break or another character in it that cannot be sent`);
  }
  if (code === "ENOTFOUND") return new HttpFailure("unreachable", `${host} could not be resolved`);
  const cause = code === "" ? "" : ` (${code})`;
  return new HttpFailure("unreachable", `${host} could not be reached${cause}`, { transient: PASSING.has(code) });
}

/** The answer's status as a failure. `withheld`: a login that did not go along, with why, as a clause; registries answer 404 to that, too. */
export function failureFromStatus(
  status: number,
  retryAfter: number | null,
  host: string,
  withheld: string | null,
): HttpFailure {
  const why = withheld === null ? "" : `: ${withheld}`;
  // Without its login it proves nothing.
  const code = withheld === null ? "not-found" : "unauthorized";
  if (status === 404) return new HttpFailure(code, `${host} does not have it (404)${why}`, { status });
  if (status === 401 || status === 403) {
    return new HttpFailure("unauthorized", `${host} refused access (${status})${why}`, { status });
  }
  const transient = status === 408 || status === 429 || status >= 500;
  return new HttpFailure("http", `${host} answered ${status}`, { status, transient, retryAfter });
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  // undici 7.30.2 gives all errors of its parser the code "HPE_undefined".
  if (error instanceof Error && error.name === "HTTPParserError") return "HPE_INVALID";
  return typeof error.code === "string" && /^[A-Z0-9_]{1,60}$/.test(error.code) ? error.code : "";
}
