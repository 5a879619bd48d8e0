import { Code, isBlank, quotedEnd } from "./scalars.ts";

const { colon: COLON, doubleQuote: DOUBLE_QUOTE, hash: HASH, singleQuote: SINGLE_QUOTE } = Code;

export function isQuote(code: number): boolean {
  return code === SINGLE_QUOTE || code === DOUBLE_QUOTE;
}

/** The colon that ends the plain key at `start`; `end` when there is none. */
export function plainKeyEnd(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON && (at + 1 === end || isBlank(text.charCodeAt(at + 1)))) return at;
    if (code === HASH && isBlank(text.charCodeAt(at - 1))) return end;
  }
  return end;
}

/** Whether a key and a colon stand at `start`. */
export function beginsEntry(text: string, start: number, end: number): boolean {
  const code = text.charCodeAt(start);
  if (!isQuote(code)) return !isIndicator(code) && plainKeyEnd(text, start, end) < end;
  const close = quotedEnd(text, start, end);
  return close !== -1 && text.charCodeAt(close + 1) === COLON;
}

/** Characters that no plain scalar begins with: https://yaml.org/spec/1.2.2/#indicator-characters */
export function isIndicator(code: number): boolean {
  return INDICATORS[code] === 1;
}

const INDICATORS = new Uint8Array(128);
for (const mark of ",[]{}#&*!|>'\"%@`") INDICATORS[mark.charCodeAt(0)] = 1;
