import { expect, it } from "vitest";
import { readScanResult } from "../../client/src/scan-result.ts";

const SUMMARY = { files: 2, packages: 32, error: 6, warning: 1, information: 0, hint: 0, unchecked: 0 };
const finding = (rule: string, severity: string, name: string, version: string, message = ""): object => ({
  rule,
  severity,
  package: name,
  version,
  message,
});

it("counts releases, not lines", () => {
  const findings = [
    finding("compromised", "error", "axios", "1.14.1"),
    finding("compromised", "error", "axios", "1.14.1"),
    finding("removed-version", "error", "axios", "1.14.1"),
    finding("fresh-release", "warning", "axios", "1.14.1"),
    finding("fresh-release", "warning", "other", "1.0.0"),
    finding("weak-cooldown", "warning", "", "", "a"),
    finding("weak-cooldown", "warning", "", "", "b"),
    finding("deprecated", "hint", "old", "1.0.0"),
  ];
  expect(readScanResult({ summary: SUMMARY, findings })).toEqual({
    message: "Depwarden checked 32 packages in 2 files: 1 error, 3 warnings.",
    isNotable: true,
  });
});

it("says when all is well, and what was not checked", () => {
  expect(readScanResult({ summary: { files: 1, packages: 1 }, findings: [] })).toEqual({
    message: "Depwarden checked 1 package in 1 file: no errors or warnings.",
    isNotable: false,
  });
  expect(readScanResult({ summary: { ...SUMMARY, unchecked: 1 }, findings: [] })).toEqual({
    message: "Depwarden checked 32 packages in 2 files: no errors or warnings. 1 package could not be checked.",
    isNotable: true,
  });
});

it.each([null, undefined, "x", {}, { summary: null }, { summary: { files: 0 } }])(
  "%j: nothing was scanned",
  (result) => {
    expect(readScanResult(result)).toBeNull();
  },
);
