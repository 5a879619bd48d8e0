/** Packuments from the registry that npm is configured with. For the tools that refresh the data, never for tests. */
import { execFileSync } from "node:child_process";
import pLimit from "p-limit";
import { recordOf, type RawRecord } from "../../../server/src/core/facts/raw.ts";

const registry = execFileSync("npm", ["config", "get", "registry"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "ignore"],
})
  .trim()
  .replace(/\/*$/, "/");
const limit = pLimit(12);
const memory = new Map<string, Promise<RawRecord | null>>();

/** null where there is no such package. */
export function packument(name: string): Promise<RawRecord | null> {
  let found = memory.get(name);
  if (found === undefined) {
    found = limit(async () => {
      const response = await fetch(`${registry}${name.replace("/", "%2f")}`);
      // A mirror may refuse what it holds to be harmful.
      if (response.status === 404 || response.status === 403) return null;
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      return recordOf(await response.json());
    });
    memory.set(name, found);
  }
  return found;
}
