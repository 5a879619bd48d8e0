/** What the parameters of each request have to be: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/ */
import * as v from "valibot";
import { oneLine } from "../core/util/sanitize.ts";

const uinteger = v.pipe(v.number(), v.integer(), v.minValue(0));
const position = v.object({ line: uinteger, character: uinteger });
const range = v.object({ start: position, end: position });
const textDocument = v.object({ uri: v.string() });
const texts = v.array(v.string());

/** Clients write null for what they leave out. Requests that are not listed have no parameters that are read. */
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
]);

/** What is wrong with the parameters of a request, as one sentence; null: nothing. */
export function wrongParams(method: string, params: unknown): string | null {
  const schema = SCHEMAS.get(method);
  if (schema === undefined) return null;
  const result = v.safeParse(schema, params, { abortEarly: true });
  if (result.success) return null;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const state = issue.input === undefined || issue.input === null ? "missing" : "not of the right kind";
  return `The parameters of ${method} are wrong: ${path === null ? "the whole" : oneLine(path, 80)} is ${state}.`;
}
