import { NPMJS_HOSTS } from "../facts/places.ts";
import type { LockedFacts } from "../facts/places.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { oneLine } from "../foreign-text.ts";
import type { Rule, Verdict } from "./rule.ts";

export const lockfileTampering: Rule = {
  meta: {
    id: "lockfile-tampering",
    says: "the lockfile's integrity is not the registry's, or it fetches the package from a host, or under a name, that is not the project's",
    severity: "error",
  },
  check: (subject) => subject.locked.flatMap((place) => wrongIn(place, subject)),
};

function wrongIn(place: LockedFacts, subject: Subject): readonly Verdict[] {
  const called = `${subject.name} ${subject.version}`;
  const release = releaseOf(subject);
  const verdict = (message: string): Verdict => ({ message, at: [place], advice: "Take the entry out and lock it again." });
  if (place.integrity !== null && release.known && release.value.integrity !== null && differs(place.integrity, release.value.integrity)) {
    return [verdict(`${called} is locked with another integrity (sha512) than ${subject.registryHost} states: what is installed would not be what was published.`)];
  }
  const address = addressOf(place.resolved);
  if (address === null || !subject.hasRegistry) return [];
  const served = release.known ? addressOf(release.value.tarball)?.host : undefined;
  if (!isProjectHost(address.host, served, place, subject)) {
    return [verdict(`${called} is locked to come from ${oneLine(address.host, 80)}, which is not a registry of this project (${subject.registryHost}).`)];
  }
  const other = otherPackage(address, subject);
  return other === null ? [] : [verdict(`${called} is locked to the tarball of another release: ${oneLine(other, 120)}.`)];
}

/** Only hashes of the same algorithm can differ, and only sha512 is compared: older entries have sha1 alone. https://w3c.github.io/webappsec-subresource-integrity/ */
function differs(locked: string, stated: string): boolean {
  const [own, theirs] = [hashes(locked), hashes(stated)];
  return own.length > 0 && theirs.length > 0 && !own.some((hash) => theirs.includes(hash));
}

function hashes(integrity: string): readonly string[] {
  return integrity.split(/\s+/).flatMap((entry) => /^sha512-([A-Za-z0-9+/]{86}==)(\?.*)?$/.exec(entry)?.[1] ?? []);
}

function isProjectHost(host: string, served: string | undefined, { usualHosts }: LockedFacts, { registryHost }: Subject): boolean {
  return host === registryHost || host === served || NPMJS_HOSTS.has(host) || usualHosts.has(host);
}

/** The package and file of a registry's tarball (`…/name/-/name-1.0.0.tgz`) where they are not the release's own. */
function otherPackage({ path: written }: Address, { name, version }: Subject): string | null {
  const path = decoded(written);
  const dash = path.indexOf("/-/");
  if (dash === -1) return null;
  const bare = name.slice(name.indexOf("/") + 1);
  const file = path.slice(path.lastIndexOf("/") + 1);
  if (!path.slice(0, dash).endsWith(`/${name}`)) return file;
  const [, locked] = new RegExp(`^${bare.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}-(\\d.*)\\.tgz$`).exec(file) ?? [];
  return locked !== undefined && withoutBuild(locked) !== withoutBuild(version) ? file : null;
}

function withoutBuild(version: string): string {
  return version.replace(/\+.*$/, "");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

interface Address {
  readonly host: string;
  readonly path: string;
}

/** http and https only; without query and fragment. */
function addressOf(text: string | null): Address | null {
  const [, host, path] = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)([^?#]*)/i.exec(text ?? "") ?? [];
  return host === undefined || path === undefined ? null : { host: host.toLowerCase(), path };
}
