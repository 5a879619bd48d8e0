/** Node's own SQLite, where this Node has it. https://nodejs.org/docs/latest-v22.x/api/sqlite.html */
import type * as sqlite from "node:sqlite";

export type Sqlite = typeof sqlite;

/** From this version on it needs no flag. */
const SINCE = "22.13";

/** Loaded at run time, because a program that imports it does not start where it is missing. Null: it is missing. */
export function loadSqlite(): Sqlite | null {
  // Node 20.15 and older lack the function, too.
  const { getBuiltinModule } = process as { getBuiltinModule?: (id: string) => unknown };
  return withoutWarning(() => (getBuiltinModule?.("node:sqlite") as Sqlite | undefined) ?? null);
}

export const WITHOUT_SQLITE = `Facts are kept in memory only: Node.js ${process.versions.node} has no node:sqlite, which comes with ${SINCE} and later.`;

/** Node says on standard error that the module is experimental, when it is first loaded. Users can do nothing about it. */
function withoutWarning<T>(load: () => T): T {
  const original = Object.getOwnPropertyDescriptor(process, "emitWarning");
  const emitWarning = process.emitWarning.bind(process) as (...values: unknown[]) => void;
  process.emitWarning = (...values: unknown[]) => {
    if (!String(values[0]).startsWith("SQLite is an experimental feature")) emitWarning(...values);
  };
  try {
    return load();
  } finally {
    if (original === undefined) Reflect.deleteProperty(process, "emitWarning");
    else Object.defineProperty(process, "emitWarning", original);
  }
}
