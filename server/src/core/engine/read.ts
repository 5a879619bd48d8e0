/** Reads the files of a project: what could be read of them, and what could not. */
import { configKind } from "../documents/config/index.ts";
import { readManifestConfig } from "../documents/config/json.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { documentKind } from "../documents/index.ts";
import type { Unknown } from "../facts/fact.ts";
import type { DocumentProblem, Lockfile, Manifest } from "../model.ts";
import type { Cancellation } from "../ports.ts";
import { EMPTY_SPAN } from "../text.ts";
import type { Document, DocumentStore } from "./document-store.ts";
import type { FileReport, Finding } from "./finding.ts";
import { configsOf } from "./project.ts";
import type { Project } from "./project.ts";
import { fileNameOf } from "./uri.ts";

export interface ReadManifest {
  readonly document: Document<Manifest>;
  /** "" for the root. */
  readonly importer: string;
}

export interface ReadProject {
  readonly folder: string;
  readonly manifests: readonly ReadManifest[];
  readonly lockfiles: readonly Document<Lockfile>[];
  /** Policy files beside the root manifest, and what of policy that manifest itself holds. */
  readonly configs: readonly Document<ConfigTree>[];
}

export interface Reading extends ReadProject {
  readonly files: readonly FileReport[];
  readonly problems: readonly Finding[];
}

export async function readProject(project: Project, store: DocumentStore, cancel: Cancellation): Promise<Reading> {
  const manifests: ReadManifest[] = [];
  const lockfiles: Document<Lockfile>[] = [];
  const configs: Document<ConfigTree>[] = [];
  const files: FileReport[] = [];
  const problems: Finding[] = [];
  const note = (document: Document<{ readonly problems: readonly DocumentProblem[] }>): void => {
    const { uri, model } = document;
    const [problem] = model.problems;
    files.push({ file: uri, kind: document.kind, packages: 0, error: problem === undefined ? null : told(problem, document) });
    problems.push(...model.problems.map((entry) => problemFinding(uri, entry, document)));
  };
  const leaveOut = (uri: string, unknown: Unknown): void => {
    files.push(unreadable(uri, unknown.reason));
    problems.push(unreadFinding(uri, unknown));
  };
  for (const { uri, importer } of project.manifests) {
    const document = await store.manifest(uri, cancel);
    cancel.throwIfAborted();
    if (!document.known) leaveOut(uri, document);
    else {
      manifests.push({ document: document.value, importer });
      note(document.value);
      if (importer === "") configs.push(manifestConfig(document.value));
    }
  }
  for (const uri of project.lockfiles) {
    const document = await store.lockfile(uri, cancel);
    cancel.throwIfAborted();
    if (!document.known) leaveOut(uri, document);
    else {
      lockfiles.push(document.value);
      note(document.value);
    }
  }
  for (const uri of configsOf(project)) {
    const document = await store.config(uri, cancel);
    cancel.throwIfAborted();
    if (document.known) {
      configs.push(document.value);
      note(document.value);
    } else if (document.code !== "not-found") leaveOut(uri, document);
  }
  return { folder: project.folder, manifests, lockfiles, configs, files, problems };
}

/** What the root manifest says of policy. Its problems are those of the manifest, and told there. */
function manifestConfig({ uri, kind, text, lines }: Document<Manifest>): Document<ConfigTree> {
  return { uri, kind, text, lines, model: readManifestConfig(text) };
}

function unreadable(file: string, error: string): FileReport {
  return { file, kind: documentKind(fileNameOf(file)) ?? configKind(fileNameOf(file)) ?? "other", packages: 0, error };
}

/** Of the whole file, so at its start. */
function unreadFinding(uri: string, { code, reason }: Unknown): Finding {
  return {
    rule: "unchecked",
    severity: "information",
    package: "",
    version: "",
    file: uri,
    span: EMPTY_SPAN,
    message: `${fileNameOf(uri)} could not be read: ${reason}.`,
    advisories: [],
    safe: null,
    path: [],
    related: [],
    foldedInto: null,
    unknown: { code, clause: reason },
  };
}

function told(problem: DocumentProblem, document: Document<unknown>): string {
  return `line ${document.lines().positionAt(problem.span.start).line + 1}: ${problem.message}`;
}

function problemFinding(uri: string, problem: DocumentProblem, document: Document<unknown>): Finding {
  const rest = problem.kind === "syntax" || problem.kind === "conflict" ? " What could be read of it is checked." : "";
  return {
    rule: "unchecked",
    severity: "information",
    package: "",
    version: "",
    file: uri,
    span: problem.span,
    message: `${fileNameOf(uri)} could not be read whole: ${told(problem, document)}.${rest}`,
    advisories: [],
    safe: null,
    path: [],
    related: [],
    foldedInto: null,
    unknown: { code: "malformed", clause: problem.message },
  };
}

