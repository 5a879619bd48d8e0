/** What the parameters of each request and notification have to be: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/ */
import * as v from "valibot";
import { oneLine } from "../core/util/sanitize.ts";

const uinteger = v.pipe(v.number(), v.integer(), v.minValue(0));
const position = v.object({ line: uinteger, character: uinteger });
const range = v.object({ start: position, end: position });
const textDocument = v.object({ uri: v.string() });
const folders = v.array(v.object({ uri: v.string() }));
const texts = v.array(v.string());

/** Some clients write null for what they leave out. What is not listed has no parameters that are read. */
const SCHEMAS: ReadonlyMap<string, v.GenericSchema> = new Map<string, v.GenericSchema>([
  ["initialize", v.object({ capabilities: v.object({}) })],
  ["textDocument/hover", v.object({ textDocument, position })],
  [
    "textDocument/codeAction",
    v.object({
      textDocument,
      range,
      context: v.object({ diagnostics: v.array(v.object({ range })), only: v.nullish(texts) }),
    }),
  ],
  ["textDocument/diagnostic", v.object({ textDocument, previousResultId: v.nullish(v.string()) })],
  ["workspace/diagnostic", v.object({ previousResultIds: v.array(v.object({ uri: v.string(), value: v.string() })) })],
  ["workspace/executeCommand", v.object({ command: v.string(), arguments: v.nullish(v.array(v.unknown())) })],
  ["depwarden/lockfileUpdate", v.object({ folder: v.string(), format: v.string(), packages: texts })],
  [
    "textDocument/didOpen",
    v.object({ textDocument: v.object({ uri: v.string(), version: v.nullish(v.number()), text: v.string() }) }),
  ],
  [
    "textDocument/didChange",
    v.object({
      textDocument: v.object({ uri: v.string(), version: v.nullish(v.number()) }),
      contentChanges: v.array(v.object({ text: v.string(), range: v.nullish(range) })),
    }),
  ],
  ["textDocument/didSave", v.object({ textDocument })],
  ["textDocument/didClose", v.object({ textDocument })],
  ["workspace/didChangeConfiguration", v.object({})],
  ["workspace/didChangeWatchedFiles", v.object({ changes: v.array(v.object({ uri: v.string(), type: v.number() })) })],
  ["workspace/didChangeWorkspaceFolders", v.object({ event: v.object({ added: folders, removed: folders }) })],
  ["window/workDoneProgress/cancel", v.object({ token: v.union([v.string(), v.number()]) })],
  ["$/setTrace", v.object({ value: v.string() })],
]);

/** What is wrong with the parameters of a message, as one sentence; null: nothing. */
export function wrongParams(method: string, params: unknown): string | null {
  const schema = SCHEMAS.get(method);
  if (schema === undefined) return null;
  const result = v.safeParse(schema, params, { abortEarly: true });
  if (result.success) return null;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const state = issue.input === undefined || issue.input === null ? "missing" : "not of the right kind";
  const which = `The parameters of ${method} are`;
  return path === null ? `${which} ${state}.` : `${which} wrong: ${oneLine(path, 80)} is ${state}.`;
}
