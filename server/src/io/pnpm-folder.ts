import { join } from "node:path";
import { variable } from "./environment.ts";

/** Where pnpm keeps the person's own settings. pnpm: config/reader, dirs.ts (`getConfigDir`) */
export function pnpmConfigFolder(env: NodeJS.ProcessEnv, home: string): string {
  const configHome = variable(env, "XDG_CONFIG_HOME");
  if (configHome !== null) return join(configHome, "pnpm");
  if (process.platform === "darwin") return join(home, "Library/Preferences/pnpm");
  const appData = process.platform === "win32" ? variable(env, "LOCALAPPDATA") : null;
  return appData === null ? join(home, ".config/pnpm") : join(appData, "pnpm/config");
}
