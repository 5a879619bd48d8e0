/** What a scan found, in a sentence: from what the server's command gives (the JSON of `depwarden scan`). */

export interface ScanResult {
  readonly message: string;
  /** There is something to look at. */
  readonly isNotable: boolean;
}

/** Null where nothing was scanned: the server itself says so, and why. */
export function readScanResult(result: unknown): ScanResult | null {
  const summary = member(result, "summary");
  const number = (name: string): number => {
    const value = member(summary, name);
    return typeof value === "number" ? value : 0;
  };
  const [files, packages, unchecked] = [number("files"), number("packages"), number("unchecked")];
  if (files === 0) return null;
  const { errors, warnings } = countedReleases(member(result, "findings"));
  const found = [errors > 0 ? count(errors, "error") : "", warnings > 0 ? count(warnings, "warning") : ""];
  const verdict = found.filter((part) => part !== "").join(", ") || "no errors or warnings";
  const gap = unchecked === 0 ? "" : ` ${count(unchecked, "package")} could not be checked.`;
  return {
    message: `Depwarden checked ${count(packages, "package")} in ${count(files, "file")}: ${verdict}.${gap}`,
    isNotable: errors + warnings + unchecked > 0,
  };
}

/** Each release once, by the gravest that is said of it, however many lines it is in; what is of no release by its words. */
function countedReleases(findings: unknown): { readonly errors: number; readonly warnings: number } {
  const keys = (severity: string): ReadonlySet<string> =>
    new Set(
      (Array.isArray(findings) ? findings : [])
        .filter((finding: unknown) => member(finding, "severity") === severity)
        .map((finding: unknown) => {
          const [name, version] = [member(finding, "package"), member(finding, "version")];
          const isRelease = typeof name === "string" && name !== "" && member(finding, "rule") !== "unchecked";
          return JSON.stringify(isRelease ? [name, version] : [member(finding, "rule"), member(finding, "message")]);
        }),
    );
  const errors = keys("error");
  return { errors: errors.size, warnings: [...keys("warning")].filter((key) => !errors.has(key)).length };
}

function member(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && name in of ? (of as Record<string, unknown>)[name] : undefined;
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? noun : `${noun}s`}`;
}
