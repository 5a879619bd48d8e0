import { isAbsolute, join } from "node:path";
import { homeOf } from "./environment.ts";
import { ownEnvironment } from "./script-environment.ts";

/**
 * Where caches of this user belong: XDG_CACHE_HOME where set (https://specifications.freedesktop.org/basedir-spec/),
 * else the platform's own folder. Null when there is no home. Nothing that the files of a project around `cwd` (a path)
 * may have set has a say.
 */
export function defaultCacheDir(
  environment: NodeJS.ProcessEnv,
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const { env } = ownEnvironment(environment, cwd);
  const xdg = env["XDG_CACHE_HOME"];
  // A relative path there is to be ignored, says the specification.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "depwarden");
  const local = env["LOCALAPPDATA"];
  if (platform === "win32" && local !== undefined && isAbsolute(local)) return join(local, "depwarden", "Cache");
  const home = homeOf(env);
  if (!isAbsolute(home)) return null;
  return platform === "darwin" ? join(home, "Library", "Caches", "depwarden") : join(home, ".cache", "depwarden");
}
