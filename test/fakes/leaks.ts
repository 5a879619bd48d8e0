/**
 * Private names in tests carry a mark, so that any server on loopback that is not theirs can tell when it is sent one.
 * test/setup/leaks.ts fails the test in which that happens.
 */
import type { RecordedRequest } from "./messages.ts";

/** The beginning of every private name in tests: `private-thing`, `@private-corp/thing`, and of hosts and files of theirs. */
export const PRIVATE_MARK = "private-";

const leaks: string[] = [];

/** For a server that no private name may reach: remembers the request when it carries one, in whatever way. */
export function noteLeak(request: RecordedRequest, origin: string): void {
  const { method, path, headers, body } = request;
  const parts = [path, body, ...Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`)];
  if (parts.some(carriesMark)) leaks.push(`${origin} was sent a private name: ${method} ${path} ${body}`.trimEnd());
}

/** What was sent where it may not go, since this was last asked. */
export function takeLeaks(): readonly string[] {
  return leaks.splice(0);
}

/** In plain text, or inside base64. Percent- and JSON-escapes leave the mark as it is, but for those who escape every letter. */
function carriesMark(text: string): boolean {
  const plain = unescaped(text);
  if (plain.includes(PRIVATE_MARK)) return true;
  return [...text.matchAll(/[\w+/-]{12,}/g)].some(([run]) =>
    Buffer.from(run, "base64").toString("latin1").includes(PRIVATE_MARK),
  );
}

function unescaped(text: string): string {
  return text
    .replace(/%(?:25)*([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\u([0-9a-f]{4})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .toLowerCase();
}
