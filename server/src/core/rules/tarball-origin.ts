/** Whether the tarball of a locked release comes from a registry of the project. */
import type { UnknownCode } from "../facts/fact.ts";
import { isConfirmed, lockedHashes } from "../facts/integrity.ts";
import { addressOf, NPMJS_HOSTS } from "../facts/places.ts";
import type { Address, LockedFacts } from "../facts/places.ts";
import type { Subject } from "../facts/subject.ts";
import type { RuleContext } from "./rule.ts";

/** Why a registry that was asked has told nothing. */
const NO_ANSWER: ReadonlySet<UnknownCode> = new Set([
  "pending",
  "unauthorized",
  "timeout",
  "unreachable",
  "http",
  "malformed",
]);

/**
 * The host that a release is fetched from, where only its registry could tell whether that is its own, and did not:
 * nobody could or may be asked, or it gave no answer. null where that is known; npm's own registry has one host.
 */
export function untoldHost(place: LockedFacts, subject: Subject, { isOffline }: RuleContext): string | null {
  const { address, source, insteadOf } = place;
  const { registryAddress, distribution, package: facts, isHostUntold } = subject;
  if (distribution !== null || address === null || registryAddress === null) return null;
  if (source !== "registry" || (insteadOf !== null && insteadOf.name !== subject.name)) return null;
  if (address.host === registryAddress.host || isOfProject(address, registryAddress, place, subject)) return null;
  if (isOffline === true) return address.host;
  const isUnanswered = !facts.known && NO_ANSWER.has(facts.code) && !NPMJS_HOSTS.has(registryAddress.host);
  return isHostUntold || isUnanswered ? address.host : null;
}

/**
 * Whether a tarball is fetched from the project's registry, or is told to be the registry's by its hash: from npmjs, from
 * where most of the lockfile comes from, or from elsewhere on the registry's host. Any other host is foreign.
 */
export function isOfProject(address: Address, registry: Address, place: LockedFacts, subject: Subject): boolean {
  const { host, path } = address;
  const { distribution } = subject;
  const served = addressOf(distribution?.tarball ?? null);
  const isNpmjs = NPMJS_HOSTS.has(host);
  const isOwnHost = host === registry.host || (isNpmjs && NPMJS_HOSTS.has(registry.host));
  // npmjs itself answers nothing over http, and package managers ask it by https.
  const isSafe = address.isSecure || !registry.isSecure || isNpmjs;
  if (isOwnHost && isSafe && (isBelow(path, registry.path) || isRooted(place))) return true;
  if (served?.host === host && (address.isSecure || !served.isSecure) && isServedAlike(path, served.path, subject))
    return true;
  // npm fetches these from its default registry, which scopes with a registry of their own are not from.
  if (isNpmjs && place.format === "npm" && !subject.name.startsWith("@")) return true;
  if (!isOwnHost && !isNpmjs && served?.host !== host && !place.usualHosts.has(host)) return false;
  // Where the registry did not answer, a hash cannot be compared: that is reported as unchecked.
  return distribution === null ? lockedHashes(place).length > 0 : isConfirmed(place, distribution);
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** Paths from the registry's root lead to that registry by themselves. */
function isRooted({ resolved }: LockedFacts): boolean {
  return resolved?.startsWith("/") === true;
}

/** Whether a path begins as that of the tarball which the registry states, up to the package's name. */
function isServedAlike(path: string, served: string, { name }: Subject): boolean {
  const at = decoded(served).indexOf(`/${name}/`);
  return at === -1 ? decoded(path) === decoded(served) : decoded(path).startsWith(decoded(served).slice(0, at + 1));
}

export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
