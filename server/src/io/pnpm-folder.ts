import { join } from "node:path";

/** Where pnpm keeps the person's own settings. pnpm: config/reader, dirs.ts (`getConfigDir`) */
export function pnpmConfigFolder(env: NodeJS.ProcessEnv, home: string): string {
  const configHome = env["XDG_CONFIG_HOME"];
  if (configHome !== undefined && configHome !== "") return join(configHome, "pnpm");
  if (process.platform === "darwin") return join(home, "Library/Preferences/pnpm");
  const appData = process.platform === "win32" ? env["LOCALAPPDATA"] : undefined;
  return appData === undefined || appData === "" ? join(home, ".config/pnpm") : join(appData, "pnpm/config");
}
