import type { PackageSource } from "../../model.ts";

const HTTP = /^https?:/i;
const GIT = /^(?:git(?:\+[a-z]+)?:|(?:github|gitlab|bitbucket|gist):)/i;

/**
 * Where an entry's content comes from, by its `resolved`. An entry without one is a registry package: npm leaves it
 * out for those alone (`omit-lockfile-registry-resolved`), and for what is bundled.
 */
export function sourceOf(resolved: string | null, name: string, version: string): PackageSource {
  if (resolved === null || resolved === "") return "registry";
  if (HTTP.test(resolved)) return isRegistryTarball(resolved, name, version) ? "registry" : "tarball";
  return GIT.test(resolved) ? "git" : "file";
}

/**
 * Whether a URL has the shape under which registries serve tarballs. The host does not count: it may be any mirror.
 * - `…/name/-/name-1.0.0.tgz`: npm, Verdaccio, Nexus, Artifactory, GitLab, Azure, CodeArtifact, Gitea
 * - `…/download/name/1.0.0/<hash>`: GitHub Packages; `…/name/1.0.0…`: cdn.npmmirror.com, npm.jsr.io
 * - `…/name/download/name-1.0.0.tgz`: cnpm's older mirrors
 */
function isRegistryTarball(url: string, name: string, version: string): boolean {
  const path = pathOf(url);
  const dash = path.indexOf("/-/");
  // GitLab serves source archives under /-/archive/.
  if (dash !== -1) return !path.startsWith("/-/archive/", dash);
  const plain = path.replaceAll(/%2f/gi, "/").replaceAll("%40", "@");
  const at = plain.indexOf(`/${name}/`);
  if (at === -1) return false;
  const rest = plain.slice(at + name.length + 2);
  if (rest.startsWith("download/")) return rest.includes(version);
  return rest === version || rest === `${version}.tgz` || rest.startsWith(`${version}/`);
}

const VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;

/**
 * The version in the file name of a tarball of this package, `…/name-1.0.0.tgz`, and where it begins in the address;
 * null for an address that states none.
 */
export function versionInTarball(
  resolved: string,
  name: string,
): { readonly version: string; readonly at: number } | null {
  if (!HTTP.test(resolved)) return null;
  const end = resolved.search(/[?#]|$/);
  const base = `/${name.slice(name.lastIndexOf("/") + 1)}-`;
  const slash = resolved.lastIndexOf("/", end - 1);
  const at = slash + base.length;
  if (!resolved.startsWith(base, slash) || !resolved.slice(0, end).endsWith(".tgz")) return null;
  const version = resolved.slice(at, end - ".tgz".length);
  return VERSION.test(version) ? { version, at } : null;
}

/** From the first slash after the host to the query. */
function pathOf(url: string): string {
  const query = url.indexOf("?");
  const hash = url.indexOf("#");
  const end = Math.min(query === -1 ? url.length : query, hash === -1 ? url.length : hash);
  const start = url.indexOf("/", url.indexOf("://") + 3);
  return start === -1 ? "" : url.slice(start, end);
}
