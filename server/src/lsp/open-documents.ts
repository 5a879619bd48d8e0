import { filesOf } from "../core/project/project.ts";
import type { Project } from "../core/project/project.ts";

export interface OpenDocuments {
  /** null: not open. */
  version(uri: string): number | null;
}

/** The versions of a project's open documents, by URI; null: not open. */
export type Versions = ReadonlyMap<string, number | null>;

export function versionsOf(project: Project, documents: OpenDocuments): Versions {
  return new Map(filesOf(project).map((uri) => [uri, documents.version(uri)]));
}

/** Whether the documents are still what they were. */
export function isCurrent(versions: Versions, documents: OpenDocuments): boolean {
  return [...versions].every(([uri, version]) => documents.version(uri) === version);
}
