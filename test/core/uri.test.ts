/** URIs and paths: one file, one URI. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { URI } from "vscode-uri";
import { filePath, fileUri, join, normalUri, type PathStyle, relativePath } from "../../server/src/core/util/uri.ts";

test.each<readonly [string, string]>([
  ["file:///w/@acme/a+b/(x)/it's", "file:///w/%40acme/a%2Bb/%28x%29/it%27s"],
  ["file:///w/%5bx%5D/~x/a%26b=c", "file:///w/%5Bx%5D/~x/a%26b%3Dc"],
  ["file:///w/a%20b", "file:///w/a%20b"],
  ["file:///w/a b", "file:///w/a%20b"],
  ["file:///w/ü", "file:///w/%C3%BC"],
  ["file:///w/u\u0308", "file:///w/u%CC%88"],
  ["file:///w/100%/x", "file:///w/100%25/x"],
  ["file:///w/%41%ff", "file:///w/%2541%25ff"],
  ["file:///w/#x/?y", "file:///w/%23x/%3Fy"],
  ["file://localhost/w", "file:///w"],
  ["FILE:/w", "file:///w"],
  ["file:///w//a/./b/../c/", "file:///w/a/c"],
  ["file:///w%2Fa", "file:///w/a"],
  ["file:///C:/w", "file:///C%3A/w"],
  ["file:///a\\b", "file:///a%5Cb"],
  ["file:///", "file://"],
  ["file:///../..", "file://"],
  ["file://Host/w", "file://host/w"],
  ["untitled:Untitled-1", "untitled:Untitled-1"],
  ["vscode-vfs://github/a/b@c//", "vscode-vfs://github/a/b@c"],
])("%s", (given, normal) => {
  expect(normalUri(given, "posix")).toBe(normal);
});

test.each<readonly [string, string, string | null]>([
  ["file:///C:/w", "file:///c%3A/w", "c:\\w"],
  ["file:///c%3A/w", "file:///c%3A/w", "c:\\w"],
  ["file:///c%3a\\w", "file:///c%3A/w", "c:\\w"],
  ["file:///C:", "file:///c%3A", "c:\\"],
  ["file:///C:/../w", "file:///w", "\\w"],
  ["file://Server/Share/w", "file://server/Share/w", "\\\\server\\Share\\w"],
  ["file:////server/Share/w", "file://server/Share/w", "\\\\server\\Share\\w"],
  ["file://wsl$/Ubuntu/w", "file://wsl%24/Ubuntu/w", "\\\\wsl$\\Ubuntu\\w"],
  ["file://wsl%24/Ubuntu/w", "file://wsl%24/Ubuntu/w", "\\\\wsl$\\Ubuntu\\w"],
  ["git:/C:/w", "git:/C:/w", null],
])("on Windows: %s", (given, normal, path) => {
  expect(normalUri(given, "windows")).toBe(normal);
  expect(filePath(normal, "windows")).toBe(path);
});

test("another machine's file has no path where paths name no machine", () => {
  expect(filePath("file://server/w", "posix")).toBeNull();
});

/** What means something in URIs or paths, beside any text. */
const piece = fc.oneof(
  fc.constantFrom(
    "/",
    "//",
    "\\",
    "%",
    "%2F",
    "%2e",
    "%25",
    "%41",
    "%c3%bc",
    "%ff",
    "..",
    ".",
    "#",
    "?",
    ":",
    "c:",
    "@",
  ),
  fc.constantFrom("localhost", "file:", "ü", "u\u0308", "\uD800", "\uDC00", " ", "'", "(", "\n", "\0"),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
const style = fc.constantFrom<PathStyle>("posix", "windows");

test("a normal URI stays as it is", () => {
  fc.assert(
    fc.property(fc.constantFrom("file://", "file:///", "file:", "", "x:"), text, style, (begin, rest, way) => {
      const normal = normalUri(`${begin}${rest}`, way);
      expect(normalUri(normal, way)).toBe(normal);
    }),
  );
});

const nameWithout = (forbidden: RegExp): fc.Arbitrary<string> =>
  text
    .map((each) => each.replace(forbidden, "").replace(/\p{Surrogate}/gu, ""))
    .filter((name) => !["", ".", ".."].includes(name));

test("a path comes back from its URI", () => {
  fc.assert(
    fc.property(fc.array(nameWithout(/\//g), { maxLength: 5 }), (names) => {
      const path = `/${names.join("/")}`;
      expect(filePath(fileUri(path, "posix"), "posix")).toBe(path);
    }),
  );
});

test("a URI is spelled as VS Code spells it", () => {
  fc.assert(
    fc.property(fc.array(nameWithout(/\//g), { minLength: 1, maxLength: 5 }), (names) => {
      // VS Code takes `/c:` for a drive on any platform.
      const path = `/w/${names.join("/")}`;
      expect(fileUri(path, "posix")).toBe(URI.file(path).toString());
    }),
  );
});

test("a path of Windows comes back, with a drive or a host", () => {
  const begin = fc.constantFrom("c:\\", "\\\\server\\share\\", "\\\\wsl$\\");
  fc.assert(
    fc.property(begin, fc.array(nameWithout(/[/\\]/g), { minLength: 1, maxLength: 5 }), (first, names) => {
      const path = `${first}${names.join("\\")}`;
      expect(filePath(fileUri(path, "windows"), "windows")).toBe(path);
    }),
  );
});

test("what is joined to a folder is normal, and found below it", () => {
  fc.assert(
    fc.property(fc.array(nameWithout(/\//g), { minLength: 1, maxLength: 5 }), (names) => {
      const uri = join("file:///w", ...names);
      expect(normalUri(uri, "posix")).toBe(uri);
      expect(relativePath("file:///w", uri)).toBe(names.join("/"));
    }),
  );
});
