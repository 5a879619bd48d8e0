/** What has to hold of the readers of files, whatever is in the file. */
import { parseTOML } from "toml-eslint-parser";
import { parseAllDocuments } from "yaml";
import { readCatalogs } from "../../server/src/core/documents/catalogs.ts";
import { configDependenciesIn } from "../../server/src/core/documents/config-dependencies.ts";
import { readConfig, type ConfigKind } from "../../server/src/core/documents/config/index.ts";
import { readManifestConfig } from "../../server/src/core/documents/config/json.ts";
import type { ConfigMap } from "../../server/src/core/documents/config/tree.ts";
import { readLockfile, type LockfileKind } from "../../server/src/core/documents/index.ts";
import { exactVersion } from "../../server/src/core/documents/exact-version.ts";
import { packageExtensionsOf } from "../../server/src/core/project/asks.ts";
import { readManifest } from "../../server/src/core/documents/manifest.ts";
import { directIds, pathTo } from "../../server/src/core/graph.ts";
import { LOCKFILE_FORMATS, type Lockfile, type Manifest } from "../../server/src/core/model.ts";
import { runWhole } from "../../server/src/core/task.ts";
import { WorkspaceMatcher, globsLeftOut } from "../../server/src/core/documents/workspace-globs.ts";
import { checkSame, checkSpans, must } from "./checks.ts";

/**
 * @param manifestText of the manifest beside it; null for none
 * @param isTwice it is read again, and has to be the same
 */
export function checkLockfile(kind: LockfileKind, text: string, manifestText: string | null, isTwice: boolean): void {
  const lockfile = read(kind, text, manifestText);
  const facts = withoutQuestions(lockfile);
  if (isTwice) checkSame(facts, withoutQuestions(read(kind, text, manifestText)));
  checkSpans(facts, text);
  checkGraph(lockfile);
  for (const [id, locked] of lockfile.packages.entries()) {
    must(locked.id === id, `package ${id} says that it is ${locked.id}`);
    if (locked.source !== "registry") continue;
    // One without a name can be asked for nowhere, and ends as unchecked: name-empty-locked.md.
    must(locked.version !== "" || lockfile.problems.length > 0, `package ${id} has no version`);
    const written = text.slice(locked.versionSpan.start, locked.versionSpan.end);
    const isWritten = written === locked.version || exactVersion(written) === locked.version;
    must(isWritten || /[\\'"\r\n]/.test(written), `${locked.version} is at ${JSON.stringify(written)}`);
  }
  if (lockfile.problems.length === 0) checkParses(kind, text);
}

function withoutQuestions(lockfile: Lockfile): object {
  return {
    ...lockfile,
    dependenciesOf: null,
    statedBy: null,
    isPeer: null,
    aliasesBetween: null,
    isLockedFor: null,
    lockedBy: null,
  };
}

function read(kind: LockfileKind, text: string, manifestText: string | null): Lockfile {
  const context = manifestText === null ? {} : { manifest: readManifest(manifestText) };
  return runWhole(readLockfile(kind, text, context));
}

function checkGraph(lockfile: Lockfile): void {
  const { length } = lockfile.packages;
  const isThere = (id: number) => Number.isInteger(id) && id >= 0 && id < length;
  must([...directIds(lockfile)].every(isThere), "what is direct is not there");
  for (const { dependencies } of lockfile.importers)
    must(
      dependencies.every(({ target }) => target === null || isThere(target)),
      "an importer leads to no package",
    );
  for (const { id, alias } of lockfile.packages) {
    const targets = lockfile.dependenciesOf(id);
    must(targets.every(isThere), `package ${id} leads to no package`);
    for (const target of targets) lockfile.isPeer?.(id, target);
    const stated = lockfile.statedBy(id).dependencies;
    must(
      stated.every(({ target }) => target === null || isThere(target)),
      `package ${id} states no package`,
    );
    const way = pathTo(lockfile, id);
    must(way.length > 0 && (alias.length > 256 || way.at(-1) === alias), `the way to package ${id} ends elsewhere`);
  }
}

/** What is read without a problem is what the format's own parser takes too: nothing is hidden behind a mistake. */
function checkParses(kind: LockfileKind | "package-json", text: string): void {
  if (kind === "package-lock" || kind === "npm-shrinkwrap" || kind === "package-json") parseAsNpm(text);
}

/** npm drops a byte order mark: json-parse-even-better-errors. */
function parseAsNpm(text: string): unknown {
  return JSON.parse(text.replace(/^\ufeff/, ""));
}

function checkYaml(text: string): void {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
  const error = Array.isArray(documents) ? documents.flatMap(({ errors }) => errors)[0] : undefined;
  must(error === undefined, `read without a problem, but no YAML: ${error?.message ?? ""}`);
}

export function checkManifest(text: string, isTwice: boolean): void {
  const manifest = readManifest(text);
  if (isTwice) checkSame(manifest, readManifest(text));
  checkSpans(manifest, text);
  for (const { alias, nameSpan, raw, specifier, specSpan } of manifest.dependencies) {
    checkWritten(text, nameSpan, alias);
    // What is no string has nothing that could be read.
    if (raw !== "" || specifier.source !== "invalid") checkWritten(text, specSpan, raw);
  }
  checkWorkspaces(manifest);
  const { root, problems } = readManifestConfig(text);
  if (isTwice) checkSame(readManifestConfig(text).root, root);
  checkSpans({ root, problems }, text);
  checkSpans(readCatalogs(root), text);
  if (manifest.problems.length === 0) checkParses("package-json", text);
}

/** Only JSON's escapes are written in another way than they are read. */
function checkWritten(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  value: string,
): void {
  const written = text.slice(start, end);
  must(written === value || written.includes("\\"), `${JSON.stringify(value)} is at ${JSON.stringify(written)}`);
}

function checkWorkspaces({ workspaces }: Manifest): void {
  if (workspaces.length === 0) return;
  for (const manager of [...LOCKFILE_FORMATS, null]) checkGlobs(workspaces, manager);
}

export function checkGlobs(globs: readonly string[], manager: (typeof LOCKFILE_FORMATS)[number] | null): void {
  const matcher = new WorkspaceMatcher(globs, manager);
  for (const path of PATHS) {
    if (matcher.has(path)) must(matcher.mayLeadTo(path.split("/")[0] ?? ""), `no way leads to the workspace ${path}`);
    matcher.mayLeadTo(path);
  }
  const leftOut = globsLeftOut(globs, manager);
  must(leftOut >= 0 && leftOut <= globs.length, `${leftOut} of ${globs.length} patterns are left out`);
}

const PATHS = ["packages/a", "a", "b/c/d", `${"a/".repeat(200)}a`, "a".repeat(500), "__proto__/x", "pack ages/\u202e"];

export function checkConfig(kind: ConfigKind, text: string, isTwice: boolean): void {
  const tree = readConfig(kind, text);
  if (isTwice) checkSame(tree, readConfig(kind, text));
  checkSpans(tree, text);
  checkKeys(tree.root);
  checkSpans(readCatalogs(tree.root), text);
  const locked = configDependenciesIn(kind, tree.root);
  checkSpans(locked, text);
  checkSpans(
    packageExtensionsOf(kind, tree.root).map(({ extension }) => extension),
    text,
  );
  for (const { version, versionSpan } of locked)
    must(version !== "" && versionSpan.end - versionSpan.start === version.length, `${version} is elsewhere`);
  if (tree.problems.length > 0) return;
  if (kind === "pnpm-workspace" || kind === "yarnrc") checkYaml(text);
  if (kind === "bunfig") parseTOML(text);
}

function checkKeys({ entries }: ConfigMap): void {
  for (const [key, entry] of entries) {
    must(key === entry.key, `${entry.key} is found under ${key}`);
    if (entry.value.kind === "map") checkKeys(entry.value);
  }
}
