import { Code, isBlank, quotedEnd } from "./scalars.ts";

const {
  carriageReturn: CARRIAGE_RETURN,
  colon: COLON,
  dash: DASH,
  doubleQuote: DOUBLE_QUOTE,
  hash: HASH,
  lineFeed: LINE_FEED,
  question: QUESTION,
  singleQuote: SINGLE_QUOTE,
} = Code;

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

/** Whether what begins at `start` is no plain scalar, but a tag, an anchor, a list, a long key… */
export function isNotPlain(text: string, start: number): boolean {
  return isIndicator(text.charCodeAt(start)) || isSign(text, start);
}

/** Whether a dash, question mark or colon stands for itself: of a list, or of a long key. */
export function isSign(text: string, start: number): boolean {
  const code = text.charCodeAt(start);
  return (code === DASH || code === QUESTION || code === COLON) && isEndOrBlank(text.charCodeAt(start + 1));
}

/** A merge key: what it stands for is put in its place. https://yaml.org/type/merge.html */
export const MERGE_KEY = "<<";

/** The problem of YAML that stands for something else than what is written. */
export const MARKS = "anchors, aliases, tags and merge keys are not read";

function isEndOrBlank(code: number): boolean {
  return Number.isNaN(code) || isBlank(code) || code === LINE_FEED || code === CARRIAGE_RETURN;
}

/** Characters that no plain scalar begins with: https://yaml.org/spec/1.2.2/#indicator-characters */
export function isIndicator(code: number): boolean {
  return INDICATORS[code] === 1;
}

const INDICATORS = new Uint8Array(128);
for (const mark of ",[]{}#&*!|>'\"%@`") INDICATORS[mark.charCodeAt(0)] = 1;
