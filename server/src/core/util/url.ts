/** The parser of the URL standard, which every engine has though ECMAScript does not name it. https://url.spec.whatwg.org/ */

export interface ParsedUrl {
  /** The whole address. */
  readonly href: string;
  readonly protocol: string;
  readonly host: string;
  readonly pathname: string;
}

const { URL: Parser } = globalThis as unknown as { readonly URL: new (text: string, base?: string) => ParsedUrl };

/** null for what is no address. @param base an absolute one, from which the text leads on; without it the text is one */
export function parsedUrl(text: string, base?: string): ParsedUrl | null {
  try {
    return new Parser(text, base);
  } catch {
    return null;
  }
}
