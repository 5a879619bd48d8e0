/** The kind of failure only: messages of parsers quote what they read. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
