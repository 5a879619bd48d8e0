/** Yarn 1's offline mirror: https://classic.yarnpkg.com/blog/2016/11/24/offline-mirror/ */

/**
 * Whether the `resolved` of a yarn.lock is the file that an offline mirror holds for this release, `name-1.0.0.tgz` or
 * `@scope-name-1.0.0.tgz` (`getTarballMirrorPath` in Yarn's tarball-fetcher.js), or its tarball's own name without a
 * scope, with or without a hash behind it.
 */
export function isMirrorFile(resolved: string, name: string, version: string): boolean {
  const hash = resolved.indexOf("#");
  const file = hash === -1 ? resolved : resolved.slice(0, hash);
  const bare = name.slice(name.indexOf("/") + 1);
  return file === `${name.replace("/", "-")}-${version}.tgz` || file === `${bare}-${version}.tgz`;
}
