import type { Problems } from "./problems.ts";

/** Reports line ends that YAML and Yarn know, and that readers which split at LF and CRLF do not. */
export function checkLineEnds(text: string, problems: Problems): void {
  if (!text.includes("\r")) return;
  const at = text.search(/\r(?!\n)/);
  const span = { start: at, end: at + 1 };
  if (at !== -1) problems.addCause("unsupported", "a line that ends with a lone carriage return is not read", span);
}
