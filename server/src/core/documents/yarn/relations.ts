import type { Task } from "../../task.ts";
import type { Body } from "./body.ts";
import { graphOf, type YarnGraph } from "./graph.ts";
import { declaredImporter, statedImporters, unaskedDependencies, type EntryImporter } from "./importers.ts";
import type { Manifests } from "./manifests.ts";
import { Descriptors } from "./resolve.ts";

/** Who asks for what, by index of the body's entries. */
export interface Relations {
  readonly graph: YarnGraph;
  readonly importers: readonly EntryImporter[];
  readonly descriptors: Descriptors;
}

export function* relationsOf(body: Body, manifests: Manifests): Task<Relations> {
  const { root, workspaces } = manifests;
  const descriptors = new Descriptors(body, manifests);
  yield* descriptors.index();
  const graph = yield* graphOf(body, descriptors);
  const stated =
    body.flavour === "berry"
      ? yield* statedImporters(body, graph, (path) => (path === "" ? root : (workspaces.get(path) ?? null)))
      : [];
  if (stated.some(({ path }) => path === "")) return { graph, importers: stated, descriptors };
  const own = root === null ? { path: "", dependencies: [] } : declaredImporter("", root, descriptors);
  if (body.flavour === "berry") return { graph, importers: [own, ...stated], descriptors };
  const others = [...workspaces].map(([path, manifest]) => declaredImporter(path, manifest, descriptors));
  if (root === null || root.workspaces.length > 0) {
    for (const dependency of yield* unaskedDependencies(descriptors)) own.dependencies.push(dependency);
  }
  return { graph, importers: [own, ...others], descriptors };
}

/** Decides of an entry, by index. */
export type IsEntry = (index: number) => boolean;

/** What only development, or only optional dependencies, lead to. */
export function* flagsOf({
  graph,
  importers,
}: Relations): Task<{ readonly isDev: IsEntry; readonly isOptional: IsEntry }> {
  const all = importers.flatMap(({ dependencies }) => dependencies);
  const targets = (except: string | null): number[] =>
    all.filter(({ section }) => section !== except).map(({ target }) => target);
  const reached = yield* graph.reach(targets(null), false);
  const lasting = yield* graph.reach(targets("devDependencies"), false);
  const required = yield* graph.reach(targets("optionalDependencies"), true);
  return {
    isDev: (index) => reached[index] === 1 && lasting[index] === 0,
    isOptional: (index) => reached[index] === 1 && required[index] === 0,
  };
}
