import type { Diagnostic } from "vscode-languageserver/node";

/** Whether a diagnostic's message holds this text. */
export function says({ message }: Diagnostic, text: string): boolean {
  return (typeof message === "string" ? message : message.value).includes(text);
}
