import type { DependencySection } from "../../model.ts";
import type { JsonCursor } from "../json.ts";
import { STRIDE, type Task } from "../../task.ts";

/** The project, or one of its workspaces, as `workspaces` states it. */
export interface BunWorkspace {
  /** Under which its own `node_modules` stand in `packages`; null for the project. */
  readonly name: string | null;
  readonly declared: readonly {
    readonly alias: string;
    readonly section: DependencySection;
    readonly raw: string | null;
  }[];
}

const SECTIONS: ReadonlyMap<string, DependencySection> = new Map(
  (["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const).map((name) => [
    name,
    name,
  ]),
);

/** Reads `workspaces` at the cursor: by path, "" for the project. */
export function* readWorkspaces(cursor: JsonCursor): Task<ReadonlyMap<string, BunWorkspace>> {
  const workspaces = new Map<string, BunWorkspace>();
  let pause = cursor.offset + STRIDE;
  if (!cursor.enterObject()) return workspaces;
  while (cursor.nextMember()) {
    const path = cursor.key;
    if (cursor.enterObject()) {
      const workspace = readWorkspace(cursor);
      workspaces.set(path, path === "" ? { ...workspace, name: null } : workspace);
    }
    if (cursor.offset < pause) continue;
    yield;
    pause = cursor.offset + STRIDE;
  }
  return workspaces;
}

function readWorkspace(cursor: JsonCursor): BunWorkspace {
  let name: string | null = null;
  const declared: { alias: string; section: DependencySection; raw: string | null }[] = [];
  while (cursor.nextMember()) {
    const section = SECTIONS.get(cursor.key);
    if (cursor.key === "name") name = cursor.readText();
    else if (section !== undefined && cursor.enterObject()) {
      while (cursor.nextMember()) {
        const alias = cursor.key;
        declared.push({ alias, section, raw: cursor.readText() });
      }
    }
  }
  return { name, declared };
}
