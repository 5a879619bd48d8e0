/** Which workspace folder a file belongs to. */
import { expect, test } from "vitest";
import { WorkspaceFolders } from "../../server/src/lsp/workspace-folders.ts";
import { namesWith } from "./file-names.ts";

const folders = new WorkspaceFolders(
  ["file:///w/app/packages/ui/", "file:///w/app", "file:///w/app-two"],
  namesWith({}),
);

test.each([
  ["file:///w/app/package.json", "file:///w/app", "file:///w/app"],
  ["file:///w/app/packages/ui/package.json", "file:///w/app/packages/ui", "file:///w/app"],
  ["file:///w/app/packages/ui", "file:///w/app/packages/ui", "file:///w/app"],
  ["file:///w/app/packages/uikit/package.json", "file:///w/app", "file:///w/app"],
  ["file:///w/app-two/package.json", "file:///w/app-two", "file:///w/app-two"],
  ["file:///w/package.json", null, null],
])("%s", (uri, nearest, outermost) => {
  expect(folders.holding(uri)).toBe(nearest);
  expect(folders.outermost(uri)).toBe(outermost);
});

test("they come and go, with a final slash or without", () => {
  const changing = new WorkspaceFolders(["file:///a/", "file:///b"], namesWith({}));
  changing.change(["file:///c/", "file:///b/"], ["file:///a"]);
  expect(changing.all).toEqual(["file:///b", "file:///c"]);
});

test.each([
  ["a link to the folder", "file:///link/package.json", "file:///w/package.json"],
  ["a link within", "file:///w/b/package.json", "file:///w/a/package.json"],
  ["a link that leads out", "file:///w/out/package.json", "file:///w/out/package.json"],
  ["a folder within, by its own link", "file:///ui/package.json", "file:///w/packages/ui/package.json"],
  ["a file beside the folders", "file:///x/package.json", "file:///x/package.json"],
  ["the folder itself", "file:///w/", "file:///w"],
])("a file is named by the folder around it: %s", (_name, uri, identity) => {
  const links = { "file:///link": "file:///w", "file:///w/b": "file:///w/a", "file:///w/out": "file:///else" };
  const names = namesWith({ ...links, "file:///ui": "file:///w/packages/ui" });
  expect(new WorkspaceFolders(["file:///ui", "file:///w"], names).identityOf(uri)).toBe(identity);
});

test("one folder under two URIs is one, until both are taken away", () => {
  const twice = new WorkspaceFolders(
    ["file:///a%2Bb", "file:///link/"],
    namesWith({ "file:///link": "file:///a%2Bb" }),
  );
  expect(twice.all).toEqual(["file:///a%2Bb"]);
  twice.change([], ["file:///a+b"]);
  expect(twice.all).toEqual(["file:///link"]);
  twice.change([], ["file:///%6Cink"]);
  expect(twice.all).toEqual([]);
});

test("a file is written as the nearest folder around it is", () => {
  const given = ["file://localhost/w@1/", "file:///w%401/packages/%75i"];
  const within = new WorkspaceFolders(given, namesWith({}));
  expect(within.spelled("file:///w%401/a%2Bb/package.json")).toBe("file://localhost/w@1/a%2Bb/package.json");
  expect(within.spelled("file:///w%401/packages/ui/package.json")).toBe("file:///w%401/packages/%75i/package.json");
  expect(within.spelled("file:///else/package.json")).toBe("file:///else/package.json");
});
