/** What the server says of its work. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { project } from "../fakes/project.ts";
import { Status } from "../../server/src/lsp/status.ts";
import type { StatusParams } from "../../server/src/lsp/status.ts";

const PROJECT = project("file:///w/app");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("how far a check is, in words, and once for many steps", () => {
  const told: StatusParams[] = [];
  const status = new Status(
    (params) => told.push(params),
    () => null,
    () => [],
    () => [{ by: ".vscode/settings.json", what: "rules", detail: "compromised off" }],
  );
  const checking = status.checking(PROJECT);
  checking.progress(0, 1);
  checking.progress(1, 1);
  vi.runAllTimers();
  checking.progress(1200, 1500);
  vi.runAllTimers();
  checking.end();
  vi.runAllTimers();
  expect(told.map((params) => params.checking)).toEqual(["app: 1 of 1 package", "app: 1,200 of 1,500 packages", null]);
  expect(told.at(-1)?.suppressed).toEqual(["compromised off in .vscode/settings.json"]);
});
