/** The environment's variables, as they say where a person's settings are. */
import { homedir, userInfo } from "node:os";
import { parse } from "node:path";

/** The first of these variables that is set and not empty. */
export function variable(env: NodeJS.ProcessEnv, ...names: readonly string[]): string | null {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "") ?? null;
}

/** The home folder. */
export function homeOf(env: NodeJS.ProcessEnv): string {
  return variable(env, "HOME", "USERPROFILE") ?? homedir();
}

/** The home folder of the account, whatever the environment says; where the system knows none, the root folder. */
export function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return parse(process.execPath).root;
  }
}
