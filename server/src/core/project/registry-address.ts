/** Addresses of tarballs that a registry serves. */
import { addressOf } from "../facts/places.ts";
import type { RegistrySpecifier } from "../model.ts";

const TARBALL = /^((?:@[\w.-]+\/)?[\w.-]+)\/-\/([\w.-]+?)-(\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?)\.tgz$/;

/** The release that an address ends in, as registries serve it: `…/name/-/name-1.0.0.tgz`; null for any other address. */
export function releaseInAddress(written: string): Extract<RegistrySpecifier, { readonly source: "registry" }> | null {
  const path = pathOf(written);
  const dash = path.indexOf("/-/");
  if (dash === -1) return null;
  const before = path.slice(0, dash).split("/");
  const [scope = "", last = ""] = before.slice(-2);
  const name = scope.startsWith("@") ? `${scope}/${last}` : last;
  const [, , base, version] = TARBALL.exec(`${name}${path.slice(dash)}`) ?? [];
  return version === undefined || base !== last ? null : { source: "registry", name, range: version, tag: false };
}

/** Whether a registry serves a release of the name at the address. */
export function isServedBy(written: string, name: string, registryUrl: string): boolean {
  const [address, registry] = [addressOf(written), addressOf(registryUrl)];
  if (registry === null || address?.host !== registry.host) return false;
  const base = registry.path.endsWith("/") ? registry.path : `${registry.path}/`;
  return pathOf(written).startsWith(`${base}${name}/-/`);
}

function pathOf(written: string): string {
  return (addressOf(written.trim())?.path ?? "").replaceAll(/%2f/gi, "/").replaceAll("%40", "@");
}
