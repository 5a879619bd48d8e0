import { addressOf, NPMJS_HOSTS } from "../facts/places.ts";
import type { Address, LockedFacts } from "../facts/places.ts";
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
  check: (subject) => subject.locked.flatMap((place) => verdictAt(place, subject)),
};

function verdictAt(place: LockedFacts, subject: Subject): readonly Verdict[] {
  const message = mismatch(place, subject);
  return message === null ? [] : [{ message: `${message}.`, at: [place], advice: "Take the entry out and lock it again." }];
}

function mismatch(place: LockedFacts, subject: Subject): string | null {
  const release = releaseOf(subject);
  const hasOtherIntegrity = place.integrity !== null && release.known && release.value.integrity !== null && differs(place.integrity, release.value.integrity);
  const origin = wrongOrigin(place, subject);
  if (hasOtherIntegrity) {
    const integrity = `another integrity (sha512) than ${subject.registryHost} states: what is installed would not be what was published`;
    return origin === null ? `${calledIn(subject)} is locked with ${integrity}` : `${origin}, and with ${integrity}`;
  }
  if (origin !== null) return origin;
  const address = addressOf(place.resolved);
  const other = address === null || !subject.hasRegistry ? null : otherPackage(address, subject);
  return other === null ? null : `${calledIn(subject)} is locked to the tarball of another release: ${oneLine(other, 120)}`;
}

/** What stands in another's place, or would be fetched from elsewhere; null where neither is so. */
function wrongOrigin(place: LockedFacts, subject: Subject): string | null {
  const { insteadOf, source } = place;
  const called = calledIn(subject);
  const asked = insteadOf === null ? "" : oneLine(insteadOf.range, 60);
  if (insteadOf !== null && insteadOf.name !== subject.name) return `${called} is locked where ${oneLine(insteadOf.name, 214)} is asked for (${asked})`;
  const isRegistry = source === "registry";
  const host = addressOf(place.resolved)?.host ?? null;
  if (insteadOf !== null && (host === null || !isRegistry)) {
    return `${called} is locked to come from ${originOf(place, host)}, though a registry version is asked for (${asked})`;
  }
  if (host === null || !subject.hasRegistry || isProjectHost(host, place, subject)) return null;
  const from = `${called} is locked to come from ${oneLine(host, 80)}`;
  return insteadOf === null ? `${from}, which is not a registry of this project (${subject.registryHost})` : `${from}, though a registry version is asked for (${asked})`;
}

function originOf({ source, resolved }: LockedFacts, host: string | null): string {
  if (source === "git") return host === null ? "git" : `git (${oneLine(host, 80)})`;
  if (host !== null) return oneLine(host, 80);
  return source === "file" || resolved === null || resolved.startsWith("file:") ? "a file" : "git";
}

/** Where a format states no version, what stands in its place is an address. */
function calledIn({ name, version }: Subject): string {
  return /^\d/.test(version) ? `${name} ${version}` : name;
}

/** Only hashes of the same algorithm can differ, and only sha512 is compared: older entries have sha1 alone. https://w3c.github.io/webappsec-subresource-integrity/ */
function differs(locked: string, stated: string): boolean {
  const [own, theirs] = [hashes(locked), hashes(stated)];
  return own.length > 0 && theirs.length > 0 && !own.some((hash) => theirs.includes(hash));
}

function hashes(integrity: string): readonly string[] {
  return integrity.split(/\s+/).flatMap((entry) => /^sha512-([A-Za-z0-9+/]{86}==)(\?.*)?$/.exec(entry)?.[1] ?? []);
}

function isProjectHost(host: string, { usualHosts }: LockedFacts, subject: Subject): boolean {
  const { registryHost } = subject;
  const release = releaseOf(subject);
  const served = release.known ? addressOf(release.value.tarball)?.host : undefined;
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
  const build = version.indexOf("+");
  return build === -1 ? version : version.slice(0, build);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
