/** What the status item says. */
import { expect, test } from "vitest";
import { statusText } from "../../client/src/status-text.ts";

const QUIET = { checking: null, lastFresh: null, unchecked: [], suppressed: [] };

test("nothing to say", () => {
  expect(statusText(QUIET)).toEqual({
    text: "Depwarden",
    detail: "Nothing sent yet",
    isWarning: false,
  });
});

test("what the workspace's settings turn off is said, also while something is checked", () => {
  const suppressed = ["compromised off in .vscode/settings.json"];
  expect(statusText({ ...QUIET, suppressed })).toEqual({
    text: "Depwarden: settings suppress findings",
    detail: "compromised off in .vscode/settings.json · Nothing sent yet",
    isWarning: false,
  });
  expect(statusText({ ...QUIET, checking: "app", suppressed }).detail).toBe(
    "Checking app · compromised off in .vscode/settings.json",
  );
});

test("what could not be checked is a warning", () => {
  const told = statusText({
    ...QUIET,
    unchecked: ["a 1.0.0 could not be looked up."],
    suppressed: ["typosquat off in .vscode/settings.json"],
  });
  expect(told).toMatchObject({
    text: "Depwarden: some checks failed, settings suppress findings",
    isWarning: true,
  });
  expect(told.detail).toContain("a 1.0.0 could not be looked up. · typosquat off");
});
