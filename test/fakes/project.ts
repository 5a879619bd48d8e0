import type { Project } from "../../server/src/core/project/project.ts";

/** A project by itself, with its settings in its own folder. */
export function project(folder: string, files: Partial<Pick<Project, "manifests" | "lockfiles">> = {}): Project {
  return {
    folder,
    settings: folder,
    manifests: [],
    lockfiles: [],
    unreadManifests: [],
    leftOut: null,
    absent: [],
    outsideOf: null,
    opened: [],
    unread: null,
    ...files,
  };
}
