/** Where a registry is asked for a package, and for a tarball's date. */
import npa from "npm-package-arg";
import { known, unknown, type Fact } from "../core/facts/fact.ts";
import type { PackageRef, ReleaseRef } from "../core/ports.ts";
import { baseUrl } from "./registries/address.ts";

const NPMJS_HOST = "registry.npmjs.org";

/** Refuses names that npm would not ask a registry for, as they would reach another path. */
export function packumentUrl(ref: PackageRef): Fact<URL> {
  const base = baseUrl(ref.registry.url);
  if (base === null) return unknown("malformed", "the registry's address is not one of http or https");
  const escaped = escapedName(ref.name);
  if (escaped === null) return unknown("malformed", "its name is not one that a registry can hold");
  return known(new URL(base + escaped));
}

/** A tarball elsewhere than on its registry is not asked for: its address comes from a lockfile or a packument. */
export function tarballUrl(ref: ReleaseRef, tarball: string): Fact<URL> {
  const base = baseUrl(ref.registry.url);
  if (base === null || baseUrl(tarball) === null)
    return unknown("private", "the tarball's address is not one of http or https");
  const registry = new URL(base);
  const url = new URL(tarball);
  // npm asks the configured registry for what a lockfile has from npmjs: `replace-registry-host`, default "npmjs".
  if (url.host === NPMJS_HOST && registry.host !== NPMJS_HOST) return known(new URL(base + url.pathname.slice(1)));
  if (url.username !== "" || url.password !== "" || url.host !== registry.host) {
    return unknown("private", `the tarball lies on ${url.host}, not on ${registry.host}`);
  }
  url.hash = "";
  // Old lockfiles say http where the registry has long been https.
  if (registry.protocol === "https:") url.protocol = "https:";
  return known(url);
}

/** What npm has allowed since 2014: https://json.schemastore.org/package.json, `name`. */
const ORDINARY_NAME = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;

function escapedName(name: string): string | null {
  if (name === "") return null;
  // npm's own check takes 70 µs, which ten thousand packages feel; it is kept for names from before the rule.
  if (ORDINARY_NAME.test(name) && name.length <= 214) return name.replace("/", "%2f");
  try {
    const spec = npa.resolve(name, "*");
    return spec.registry && spec.name === name && spec.escapedName !== "" ? spec.escapedName : null;
  } catch {
    return null;
  }
}
