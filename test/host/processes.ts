/** Child processes that end with this one, whichever way it ends. */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";

const groups = new Set<ChildProcess>();
let watching = false;

/** Starts a command as a process group of its own, so that its children can be ended with it. */
export function spawnGroup(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  endGroupsOnExit();
  const child = spawn(command, args, { ...options, detached: true });
  groups.add(child);
  return child;
}

/** Ends the group: politely, and after five seconds for good. Resolves when its leader is gone. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const gone = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, "exit");
  signal(child, "SIGTERM");
  const force = setTimeout(() => signal(child, "SIGKILL"), 5000);
  await gone;
  clearTimeout(force);
  // What outlived its leader.
  signal(child, "SIGKILL");
  groups.delete(child);
}

function endGroupsOnExit(): void {
  if (watching) return;
  watching = true;
  process.once("exit", () => {
    for (const child of groups) signal(child, "SIGKILL");
  });
  for (const [name, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.once(name, () => process.exit(code));
  }
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
