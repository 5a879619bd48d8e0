/** Two paths of one folder, as file systems know them. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { truePath, type TruePathHost } from "../../server/src/io/true-path.ts";
import { Sandbox } from "../setup/sandbox.ts";

const sandbox = new Sandbox();
afterEach(() => sandbox.remove());

/** A file system with these folders, in which names are the same that `fold` makes the same. */
function host(folders: readonly string[], fold: (path: string) => string): TruePathHost {
  const all = ["/", ...folders];
  const found = (path: string): string | undefined => all.find((each) => fold(each) === fold(path));
  return {
    real: (path) => (found(path) === undefined ? null : path),
    names: (folder) => {
      const begin = folder === "/" ? "/" : `${found(folder) ?? ""}/`;
      return all.filter((each) => each.startsWith(begin)).map((each) => each.slice(begin.length).split("/")[0] ?? "");
    },
    identity: (path) => found(path) ?? null,
  };
}

const caseBlind = (path: string): string => path.normalize("NFC").toLowerCase();
const exact = (path: string): string => path;

test.each<readonly [string, readonly string[], (path: string) => string, string, string | null]>([
  ["letter case that does not count", ["/Work", "/Work/App"], caseBlind, "/WORK/app", "/Work/App"],
  ["the spelling that is there", ["/Work", "/Work/App"], caseBlind, "/Work/App", "/Work/App"],
  ["letter case that counts", ["/App", "/app"], exact, "/app", "/app"],
  ["letter case that counts, other folder", ["/App", "/app"], exact, "/App", "/App"],
  ["Unicode forms that do not count", ["/u\u0308"], caseBlind, "/\u00FC", "/u\u0308"],
  ["Unicode forms that count", ["/u\u0308", "/\u00FC"], exact, "/\u00FC", "/\u00FC"],
  ["no such folder", ["/Work"], caseBlind, "/other", null],
])("%s", (_name, folders, fold, path, expected) => {
  expect(truePath(path, host(folders, fold))).toBe(expected);
});

test("a link is the folder that it leads to; one that leads nowhere is none", () => {
  mkdirSync(join(sandbox.project, "App", "in"), { recursive: true });
  mkdirSync(join(sandbox.project, "app"));
  symlinkSync(join(sandbox.project, "App"), join(sandbox.project, "link"));
  symlinkSync(join(sandbox.project, "nowhere"), join(sandbox.project, "broken"));
  expect(truePath(join(sandbox.project, "link", "in"))).toBe(join(sandbox.project, "App", "in"));
  expect(truePath(join(sandbox.project, "app"))).toBe(join(sandbox.project, "app"));
  expect(truePath(join(sandbox.project, "broken"))).toBeNull();
});
