/** A look-up's outcome: the value, or the reason why it is not known. A failure is never an empty value. */
export type Fact<T> = Known<T> | Unknown;

export interface Known<T> {
  readonly known: true;
  readonly value: T;
}

export type UnknownCode =
  /** Nothing was asked, because the user said to send nothing. */
  | "offline"
  /** Somebody was not asked, because the name is not for them: for a private registry alone, or of the project itself. */
  | "private"
  /** Nobody was asked, because configuration does not tell for certain whom the name is for. */
  | "refused"
  /** The host was asked, and its answer is still awaited. */
  | "pending"
  /** The host answered that there is no such thing (404). */
  | "not-found"
  /** The host wants a login, or refused this one (401, 403). */
  | "unauthorized"
  /** The host did not answer within the time allowed. */
  | "timeout"
  /** The host could not be reached, or cut the line. */
  | "unreachable"
  /** The host answered with an error (429, 5xx, any other status). */
  | "http"
  /** The host answered something that is not what it should be (HTML, cut JSON, too large). */
  | "malformed"
  /** The host answered, and its answer does not hold this fact (mirrors leave out much). */
  | "not-stated";

export interface Unknown {
  readonly known: false;
  readonly code: UnknownCode;
  /** One short clause for a person, naming host and cause: `registry.npmjs.org answered 503`. Safe to show: no credentials, no query. */
  readonly reason: string;
}

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown(code: UnknownCode, reason: string): Unknown {
  return { known: false, code, reason };
}
