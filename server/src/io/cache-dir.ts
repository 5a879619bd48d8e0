import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where caches of this user belong: XDG_CACHE_HOME where set (https://specifications.freedesktop.org/basedir-spec/),
 * else the platform's own folder. Null when there is no home.
 */
export function defaultCacheDir(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const xdg = env["XDG_CACHE_HOME"];
  // A relative path there is to be ignored, says the specification.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "depwarden");
  const local = env["LOCALAPPDATA"];
  if (platform === "win32" && local !== undefined && isAbsolute(local)) return join(local, "depwarden", "Cache");
  const home = homedir();
  if (!isAbsolute(home)) return null;
  return platform === "darwin" ? join(home, "Library", "Caches", "depwarden") : join(home, ".cache", "depwarden");
}
