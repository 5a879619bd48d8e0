/** What holds for a project of policy: its own files, those of the person, and the environment. */
import { readManifestConfig } from "../documents/config/json.ts";
import type { ConfigTree } from "../documents/config/tree.ts";
import { WORKSPACE_MANIFEST } from "../policy/approvals/index.ts";
import { environmentPolicy } from "../policy/layers.ts";
import type { PolicyFile } from "../policy/layers.ts";
import { managerOf } from "../policy/manager.ts";
import type { Manager } from "../policy/manager.ts";
import type { Cancellation, UserPolicy } from "../ports.ts";
import type { Document, DocumentStore } from "./document-store.ts";
import type { ReadProject } from "./read.ts";

export interface ProjectPolicy {
  /** null where neither the root manifest nor a lockfile tells. */
  readonly manager: Manager | null;
  /** Nearest first. */
  readonly files: readonly PolicyFile[];
}

export async function policyOf({ manifests, lockfiles, configs, root }: ReadProject, { files, env }: UserPolicy, store: DocumentStore, cancel: Cancellation, trusted: boolean): Promise<ProjectPolicy> {
  const stated = configs.find(({ kind }) => kind === "package-json")?.model.root ?? null;
  const manager = managerOf(root?.model ?? null, stated, lockfiles.map(({ model }) => model), configs.map(({ kind }) => kind));
  // What a workspace that is not trusted takes from the environment is not looked at.
  const own = configs.map(({ kind, model }: Document<ConfigTree>): PolicyFile => ({ kind, model, ...(trusted ? { env } : {}) }));
  const personal: PolicyFile[] = [];
  for (const { kind, uri, ...file } of files) {
    const document = await store.config(uri, cancel, kind);
    cancel.throwIfAborted();
    // One that cannot be read says nothing: it is no file of the project, to report on.
    if (document.known) personal.push({ kind, ...file, env, model: document.value.model });
  }
  return { manager, files: [...environmentPolicy(env), ...own, ...workspacePolicy(manager, manifests), ...personal] };
}

/** Of the managers that are known here, Bun alone takes policy from the manifests of workspaces. */
function workspacePolicy(manager: Manager | null, manifests: ReadProject["manifests"]): readonly PolicyFile[] {
  if (manager?.kind !== "bun") return [];
  return manifests.filter(({ importer }) => importer !== "").map(({ document }) => ({ kind: WORKSPACE_MANIFEST, model: readManifestConfig(document.text) }));
}
