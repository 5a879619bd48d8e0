import type { DependencySection } from "../../model.ts";
import type { JsonCursor } from "../json.ts";
import type { Problems } from "../problems.ts";
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

/** Reports a member of an object that an earlier one has the name of: of two Bun takes the first, other readers the last. */
export function reportRepeated(seen: Set<string>, { key, keySpan }: JsonCursor, problems: Problems): void {
  if (seen.has(key)) problems.add("syntax", `${JSON.stringify(key.slice(0, LONGEST_SHOWN))} appears twice`, keySpan);
  seen.add(key);
}

const LONGEST_SHOWN = 80;

/** Reads `workspaces` at the cursor: by path, "" for the project. */
export function* readWorkspaces(cursor: JsonCursor, problems: Problems): Task<ReadonlyMap<string, BunWorkspace>> {
  const workspaces = new Map<string, BunWorkspace>();
  const seen = new Set<string>();
  let pause = cursor.offset + STRIDE;
  if (!cursor.enterObject()) return workspaces;
  while (cursor.nextMember()) {
    const path = cursor.key;
    reportRepeated(seen, cursor, problems);
    if (cursor.enterObject()) {
      const workspace = readWorkspace(cursor, problems);
      workspaces.set(path, path === "" ? { ...workspace, name: null } : workspace);
    }
    if (cursor.offset < pause) continue;
    yield;
    pause = cursor.offset + STRIDE;
  }
  return workspaces;
}

function readWorkspace(cursor: JsonCursor, problems: Problems): BunWorkspace {
  const members = new Set<string>();
  let name: string | null = null;
  const declared: { alias: string; section: DependencySection; raw: string | null }[] = [];
  while (cursor.nextMember()) {
    reportRepeated(members, cursor, problems);
    const section = SECTIONS.get(cursor.key);
    if (cursor.key === "name") name = cursor.readText();
    else if (section !== undefined && cursor.enterObject()) {
      const aliases = new Set<string>();
      while (cursor.nextMember()) {
        reportRepeated(aliases, cursor, problems);
        const alias = cursor.key;
        declared.push({ alias, section, raw: cursor.readText() });
      }
    }
  }
  return { name, declared };
}
