import type { DocumentProblem } from "../../model.ts";
import type { Flavour } from "./body.ts";

/** How far the head of a file is looked into. */
const HEAD = 1 << 16;

/** Comments may stand before: `LEGACY_REGEXP` of @yarnpkg/parsers. */
const CLASSIC = /^(?:[ \t]*(?:#.*)?\r?\n)*?# +yarn +lockfile +v\d/i;

/**
 * Which Yarn wrote a text: by its header, else by how its first fields are written. A text without an entry is a lockfile
 * of a project without dependencies. What is no yarn.lock at all is a problem.
 */
export function flavourOf(text: string): Flavour | DocumentProblem {
  // A BOM is no content; the offsets stay those of the text.
  const head = text.slice(0, HEAD).replace(/^\uFEFF/, "\n");
  if (CLASSIC.test(head)) return "classic";
  if (/^__metadata:/m.test(head)) return "berry";
  const first = /^[^\s#]/m.exec(head);
  if (first === null) return "classic";
  const span = { start: first.index, end: first.index + 1 };
  if (/^[{[]/.test(first[0])) return { kind: "unsupported", message: "this is JSON, not a yarn.lock", span };
  if (first[0] === "<" && !head.startsWith("<<<<<<<", first.index))
    return { kind: "unsupported", message: "this is HTML or XML, not a yarn.lock", span };
  const field = /^ +"?(?:version|resolved|resolution|dependencies)"?(:?) /m.exec(head);
  if (field !== null) return field[1] === ":" ? "berry" : "classic";
  // A key without fields: cut short, or another kind of file.
  if (/^"?(?:@[\w.-]+\/)?[\w.-]+@[^:\n]/m.test(head))
    return /@(?:npm|workspace|patch):/.test(head) ? "berry" : "classic";
  return { kind: "unsupported", message: "this is not a yarn.lock", span };
}
