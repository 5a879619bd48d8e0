/** Which workspace folder a file belongs to. */
import { expect, test } from "vitest";
import { WorkspaceFolders } from "../../server/src/lsp/workspace-folders.ts";

const folders = new WorkspaceFolders(["file:///w/app/packages/ui/", "file:///w/app", "file:///w/app-two"]);

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
  const changing = new WorkspaceFolders(["file:///a/", "file:///b"]);
  changing.change(["file:///c/", "file:///b/"], ["file:///a"]);
  expect(changing.all).toEqual(["file:///b", "file:///c"]);
});
