/** Which pnpm is taken for a new one. */
import { parse } from "semver";

/** From pnpm 11 on a workspace's own `.npmrc` does not count. */
export function isRecentPnpm(stated: string | null): boolean {
  const version = parse(stated);
  return version === null || version.major >= 11;
}
