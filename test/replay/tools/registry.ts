/** Packuments from the registry that npm is configured with, through npm itself. For the tools that refresh the data, never for tests. */
import { execFile } from "node:child_process";
import pLimit from "p-limit";
import { ownText, recordOf, type RawRecord } from "../../../server/src/core/facts/raw.ts";

const LONGEST = 1 << 28;
const FIELDS = ["version", "scripts", "dependencies", "optionalDependencies", "gypfile"];

const limit = pLimit(2);
const memory = new Map<string, Promise<RawRecord | null>>();

/** What the replay uses of it: `name`, `time` and `versions`, without prereleases. null where there is no such package. */
export function packument(name: string): Promise<RawRecord | null> {
  let found = memory.get(name);
  if (found === undefined) {
    found = limit(async () => {
      const time = recordOf(await view(name, "time"));
      if (time === null) return null;
      const listed = await view(`${name}@>=0.0.0`, ...FIELDS);
      const all: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
      const versions = all.flatMap((one) => {
        const manifest = recordOf(one);
        const version = manifest === null ? null : ownText(manifest, "version");
        return version === null ? [] : [[version, { _id: `${name}@${version}`, ...manifest }] as const];
      });
      return { name, "dist-tags": {}, time, versions: Object.fromEntries(versions) };
    });
    memory.set(name, found);
  }
  return found;
}

/** null where the registry has none, or refuses it: a mirror may refuse what it holds to be harmful. */
async function view(spec: string, ...fields: readonly string[]): Promise<unknown> {
  const { text, failed } = await new Promise<{ text: string; failed: boolean }>((resolve) => {
    execFile("npm", ["view", "--json", spec, ...fields], { maxBuffer: LONGEST }, (error, stdout) => {
      resolve({ text: stdout, failed: error !== null });
    });
  });
  const answer: unknown = text.trim() === "" ? null : JSON.parse(text);
  if (!failed) return answer;
  const error = recordOf(recordOf(answer)?.["error"]);
  const code = error === null ? null : ownText(error, "code");
  if (code === "E404" || code === "E403") return null;
  throw new Error(`${spec}: npm view failed (${code ?? "without a word"})`);
}
