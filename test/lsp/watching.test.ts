/** Which changes on disk concern which projects. */
import { expect, test } from "vitest";
import { FileChangeType, type FileEvent } from "vscode-languageserver/node";
import { DiskChanges } from "../../server/src/lsp/watching.ts";
import { project } from "../fakes/project.ts";
import { WorkspaceFolders } from "../../server/src/lsp/workspace-folders.ts";
import { namesWith } from "./file-names.ts";

const FOLDERS = new WorkspaceFolders(["file:///node_modules/w"], namesWith({}));
const at = (path: string): string => `file:///node_modules/w/${path}`;
const APP = project(at("app"), {
  manifests: [
    { uri: at("app/package.json"), importer: "" },
    { uri: at("app/ui/package.json"), importer: "ui" },
  ],
  lockfiles: [at("app/package-lock.json")],
});

function changes(type: FileChangeType, path: string, shown: readonly string[] = []): DiskChanges {
  const event: FileEvent = { uri: at(path), type };
  return new DiskChanges([event, event], FOLDERS, (uri) => shown.includes(uri));
}

test.each<[string, FileChangeType, boolean]>([
  ["app/package.json", FileChangeType.Changed, true],
  ["app/ui/package-lock.json", FileChangeType.Created, true],
  [".npmrc", FileChangeType.Changed, true],
  [".yarnrc", FileChangeType.Created, true],
  ["other/package.json", FileChangeType.Deleted, false],
  ["app/lib/package.json", FileChangeType.Created, false],
  ["app", FileChangeType.Deleted, true],
  ["app/ui", FileChangeType.Deleted, true],
  ["app/u", FileChangeType.Deleted, false],
  ["app/ui", FileChangeType.Created, false],
])("%s (%i): %s", (path, type, concerned) => {
  expect(changes(type, path).concerns(APP)).toBe(concerned);
});

test("what package managers installed is left alone, unless it is shown", () => {
  const path = "app/node_modules/x/package.json";
  expect(changes(FileChangeType.Changed, path).files).toEqual([]);
  expect(changes(FileChangeType.Deleted, path).concerns(project(at("app/node_modules/x")))).toBe(false);
  expect(changes(FileChangeType.Changed, path, [at(path)]).files).toEqual([at(path)]);
});
