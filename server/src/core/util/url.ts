/** The parser of the URL standard, which every engine has though ECMAScript does not name it. https://url.spec.whatwg.org/ */

export interface ParsedUrl {
  readonly protocol: string;
  readonly host: string;
  readonly pathname: string;
}

const { URL: Parser } = globalThis as unknown as { readonly URL: new (text: string) => ParsedUrl };

/** null for what is no absolute address. */
export function parsedUrl(text: string): ParsedUrl | null {
  try {
    return new Parser(text);
  } catch {
    return null;
  }
}
