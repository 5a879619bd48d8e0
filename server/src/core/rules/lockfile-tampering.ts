import { LONGEST_NAME, LONGEST_VERSION } from "../documents/limits.ts";
import { parseSpecifier } from "../documents/specifier.ts";
import { leadsTo } from "../documents/replacements.ts";
import { listed } from "../util/words.ts";
import { addressOf, hostOfAddress, localKind, NPMJS_HOSTS } from "../facts/places.ts";
import type { Address, LockedFacts } from "../facts/places.ts";
import { hashesOf, lockedHashes, statedHashes, strongest } from "../facts/integrity.ts";
import type { Hash } from "../facts/integrity.ts";
import type { EntryDifference } from "../facts/entry-differences.ts";
import type { Distribution } from "../facts/package.ts";
import { releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import type { Brought } from "../model.ts";
import { oneLine } from "../util/sanitize.ts";
import { isMirrorFile } from "../offline-mirror.ts";
import type { Rule, RuleContext, Verdict } from "./rule.ts";
import { decoded, isBelow, isOfProject, untoldHost } from "./tarball-origin.ts";

export const lockfileTampering: Rule = {
  meta: {
    id: "lockfile-tampering",
    says: "what would be installed is not what the registry published: another integrity, host, name or dependency, or contents that are not checked",
    severity: "error",
    falls: "warning or information where it cannot be compared, and for settings",
  },
  fixes: [changeVersion],
  check: (subject, context) => subject.locked.flatMap((place) => verdictAt(place, subject, context)),
};

function verdictAt(place: LockedFacts, subject: Subject, context: RuleContext): readonly Verdict[] {
  const advice = "Remove the entry and lock it again.";
  const found: Verdict[] = [];
  const brought = broughtIn(place, subject);
  if (brought !== null) found.push({ ...brought, at: [place], advice });
  const different = differentEntry(place, subject);
  if (different !== null) found.push({ ...different, at: [place], advice });
  const message = mismatch(place, subject, context);
  if (message !== null) return [{ message: `${message}.`, at: [place], advice }, ...found];
  const doubt = unconfirmed(place, subject);
  return doubt === null ? found : [...found, { severity: "information", message: `${doubt}.`, at: [place], advice }];
}

const MOST_NAMED = 2;

/** What the lockfile says that the release brings in from elsewhere, and its registry does not; null for none. */
function broughtIn(place: LockedFacts, subject: Subject): Pick<Verdict, "message" | "severity"> | null {
  const release = releaseOf(subject);
  const unstated = place.brings.filter((brought) => {
    const raw = release.known ? release.value.dependencies.get(brought.alias) : undefined;
    return raw === undefined || !leadsTo({ raw, specifier: parseSpecifier(brought.alias, raw) }, brought);
  });
  if (unstated.length === 0) return null;
  const named = unstated.map(
    (brought) =>
      `${oneLine(brought.alias, LONGEST_NAME)} from ${originOf(brought, hostOfAddress(brought.resolved ?? brought.version))}`,
  );
  const clause = `${calledIn(subject)} is locked with a dependency on ${listed(named, MOST_NAMED, " and ")}`;
  return release.known
    ? { message: `${clause}, which ${subject.registryHost} does not state.` }
    : { severity: "warning", message: `${clause}. This could not be compared with what its registry states.` };
}

/** What its entry says of the release, and its registry does not; null for none. */
function differentEntry(place: LockedFacts, subject: Subject): Pick<Verdict, "message" | "severity"> | null {
  const brought = new Set(place.brings.map(({ alias }) => alias));
  const differences = place.differences.filter(({ alias }) => !brought.has(alias));
  const [first] = differences;
  if (first === undefined) return null;
  const { registryHost } = subject;
  const bundled = differences.filter(({ kind }) => kind === "bundled");
  const others = differences.filter(({ kind }) => kind === "dependency");
  const clauses = [
    ...(others.length === 0
      ? []
      : [`with a dependency on ${listed(others.map(differentDependency), MOST_NAMED, " and ")}`]),
    ...(bundled.length === 0
      ? []
      : [
          `as if its tarball held ${listed(
            bundled.map(({ alias }) => oneLine(alias, LONGEST_NAME)),
            MOST_NAMED,
            " and ",
          )}`,
        ]),
  ];
  const clause = `${calledIn(subject)} is locked ${clauses.join(", and ")}`;
  if (!place.isHookTold)
    return {
      severity: "information",
      message: `${clause}. ${registryHost} does not state that, and the lockfile does not tell whether a pnpmfile of the project does.`,
    };
  return { message: `${clause}, which is not what ${registryHost} states.` };
}

function differentDependency({ alias, locked, stated }: EntryDifference): string {
  const what = `${oneLine(alias, LONGEST_NAME)} ${oneLine(locked, LONGEST_VERSION)}`.trimEnd();
  return stated === null ? what : `${what} (in place of ${oneLine(stated, LONGEST_VERSION)})`;
}

function mismatch(place: LockedFacts, subject: Subject, context: RuleContext): string | null {
  const { distribution } = subject;
  const other = distribution === null ? null : foreignAlgorithm(lockedHashes(place), distribution);
  const origin = wrongOrigin(place, subject, context);
  if (other !== null) {
    const stated = `another integrity (${other}) than ${subject.registryHost} states`;
    const integrity = `${stated}: what is installed would not be what was published`;
    return origin === null ? `${calledIn(subject)} is locked with ${integrity}` : `${origin}, and with ${integrity}`;
  }
  if (origin !== null) return origin;
  const { address, otherVersion, outOf } = place;
  if (otherVersion !== null)
    return `${calledIn(subject)} is what would be installed, though its entry states version ${oneLine(otherVersion, LONGEST_VERSION)}`;
  if (outOf !== null) return `${calledIn(subject)} is locked for ${oneLine(outOf, 60)}, a range that it is not in`;
  if (address === null || subject.registryAddress === null || place.source !== "registry") return null;
  const tarball = otherTarball(address, subject);
  if (tarball === null) return null;
  return `${calledIn(subject)} is locked to the tarball of another release: ${oneLine(tarball, 120)}`;
}

/** What stands in another's place, or would be fetched from elsewhere; null where neither is so. */
function wrongOrigin(place: LockedFacts, subject: Subject, context: RuleContext): string | null {
  const { insteadOf, source } = place;
  const called = calledIn(subject);
  const asked = insteadOf === null ? "" : oneLine(insteadOf.range, 60);
  if (insteadOf !== null && insteadOf.name !== subject.name)
    return `${called} is locked where ${oneLine(insteadOf.name, LONGEST_NAME)} is asked for (${asked})`;
  const isRegistry = source === "registry";
  const { address } = place;
  if (insteadOf !== null && (address === null || !isRegistry)) {
    const origin = originOf({ ...place, version: subject.version }, address?.host ?? hostOfAddress(subject.version));
    return `${called} is locked to come from ${origin}, though a registry version is asked for (${asked})`;
  }
  if (address === null) return isRegistry ? noAddress(place, subject) : null;
  // Nobody is known to ask for it, and so nobody to ask a registry.
  if (insteadOf === null && !isRegistry) return null;
  const { registryAddress } = subject;
  if (registryAddress === null || isOfProject(address, registryAddress, place, subject)) return null;
  // That is reported as unchecked, once for each host.
  if (untoldHost(place, subject, context) !== null) return null;
  const [from, registry] = toldApart(address, registryAddress, subject);
  const locked = `${called} is locked to come from ${oneLine(from, 120)}`;
  if (insteadOf !== null) return `${locked}, though a registry version is asked for (${asked})`;
  const unknownTo = `${locked}, which is not a registry of this project (${oneLine(registry, 120)})`;
  return place.usualHosts.has(address.host) ? `${unknownTo}, without a hash that the registry states` : unknownTo;
}

/** Two addresses with as much of each as it takes to see that they differ. */
function toldApart(address: Address, registry: Address, { name }: Subject): readonly [string, string] {
  if (address.host !== registry.host) return [address.host, registry.host];
  if (isBelow(address.path, registry.path)) return [`http://${address.host}`, `https://${registry.host}`];
  const at = address.path.indexOf(`/${name}/`);
  return [`${address.host}${at === -1 ? address.path : address.path.slice(0, at + 1)}`, registry.host + registry.path];
}

/** What is no address is a path or another scheme, which package managers follow all the same. */
function noAddress(place: LockedFacts, subject: Subject): string | null {
  const { resolved } = place;
  if (resolved === null || resolved === "") return null;
  const shown = oneLine(resolved, 120);
  const from = `${calledIn(subject)} is locked to come from ${shown === "" ? '" " (blank)' : shown}`;
  if (!isOfflineMirror(place, subject)) return `${from}, which is not an address of a registry`;
  return lockedHashes(place).length === 0 ? `${from}, a file, without a hash of it` : null;
}

function isOfflineMirror({ format, resolved }: LockedFacts, { name, version }: Subject): boolean {
  return format === "yarn-classic" && resolved !== null && isMirrorFile(resolved, name, version);
}

function originOf(locked: Omit<Brought, "alias" | "name">, host: string | null): string {
  const { source, resolved } = locked;
  if (source === "link" || source === "workspace") return localKind(locked);
  if (source === "git") return host === null ? "git" : `git (${oneLine(host, 80)})`;
  if (host !== null) return oneLine(host, 80);
  if (source === "file") return localKind(locked);
  return resolved === null || resolved.startsWith("file:") ? "a file" : "git";
}

/** Where a format states no version, what stands in its place is an address. */
function calledIn({ name, version }: Subject): string {
  const shown = oneLine(name, LONGEST_NAME);
  return /^\d/.test(version) ? `${shown} ${oneLine(version, LONGEST_VERSION)}` : shown;
}

/** The algorithm of a hash that is not the registry's. Package managers take any of several, so each has to be. */
function foreignAlgorithm(locked: readonly Hash[], distribution: Distribution): string | null {
  const stated = statedHashes(distribution);
  const foreign = locked.find(({ algorithm, digest }) => {
    const comparable = stated.filter((hash) => hash.algorithm === algorithm);
    return comparable.length > 0 && !comparable.some((hash) => hash.digest === digest);
  });
  return foreign?.algorithm ?? null;
}

function isComparable(locked: readonly Hash[], distribution: Distribution): boolean {
  return statedHashes(distribution).some(({ algorithm }) => locked.some((hash) => hash.algorithm === algorithm));
}

/** Where the registry states a sha512, and the lockfile an integrity that nothing stated can be compared with. */
function unconfirmed(place: LockedFacts, subject: Subject): string | null {
  const { integrity } = place;
  const { distribution } = subject;
  if (distribution === null) return null;
  if (isOfflineMirror(place, subject) && !isComparable(lockedHashes(place), distribution)) {
    const file = `${calledIn(subject)} is locked to a file with a hash that could not be compared`;
    return `${file}: ${subject.registryHost} states no such hash`;
  }
  if (integrity === null || integrity.trim() === "") return null;
  const stated = statedHashes(distribution);
  if (!stated.some(({ algorithm }) => algorithm === "sha512")) return null;
  const [checked] = strongest(hashesOf(integrity));
  const than = `${subject.registryHost} states a sha512`;
  const locked = `${calledIn(subject)} is locked with an integrity that`;
  if (checked === undefined) return `${locked} package managers ignore (${oneLine(integrity, 40)}), though ${than}`;
  if (stated.some(({ algorithm }) => algorithm === checked.algorithm)) return null;
  return `${locked} could not be compared (${oneLine(checked.algorithm, 20)}): ${than}`;
}

/** Escapes that lead elsewhere on some servers: of dots, slashes and escapes. A scope's own slash may be escaped. */
function hidesSteps(path: string): boolean {
  return /%(?:2e|2f|5c|25)/i.test(path.replace(/(\/@[\w.~-]+)%2f(?=[\w.~-])/i, "$1/"));
}

/**
 * The path or file of a tarball that is not the release's own; null where it is, and where an address of an unknown
 * form does not tell. What the registry itself states as the tarball is right.
 */
function otherTarball({ host, path: written }: Address, subject: Subject): string | null {
  const path = decoded(written);
  const stated = addressOf(subject.distribution?.tarball ?? null);
  if (stated !== null && decoded(stated.path) === path) return null;
  if (hidesSteps(written)) return written.slice(1);
  const dash = path.indexOf("/-/");
  if (dash !== -1) return otherFile(path, dash, subject, NPMJS_HOSTS.has(host));
  // npm's own registry has no other form.
  if (NPMJS_HOSTS.has(host)) return path.slice(1);
  const behind = behindName(path, subject.name);
  if (behind !== null) return statesOther(behind, subject) ? path.slice(1) : null;
  // Without the name in it: nothing that a registry serves whose tarballs have it.
  return stated?.host === host && behindName(decoded(stated.path), subject.name) !== null ? path.slice(1) : null;
}

/** `…/name/-/name-1.0.0.tgz`; some registries put the scope or the version before the file. */
function otherFile(path: string, dash: number, { name, version }: Subject, isNpmjs: boolean): string | null {
  const owner = path.slice(0, dash);
  const rest = path.slice(dash + "/-/".length);
  const file = path.slice(path.lastIndexOf("/") + 1);
  const scope = name.slice(0, name.indexOf("/") + 1);
  const isOwn = isNpmjs ? owner === `/${name}` && (rest === file || rest === scope + file) : isOwnedBy(owner, name);
  if (!isOwn) return path.slice(1);
  const bare = name.slice(name.indexOf("/") + 1);
  const escaped = bare.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const [, locked] = new RegExp(`^${escaped}-v?(\\d.*)\\.tgz$`).exec(file) ?? [];
  return locked === undefined || withoutBuild(locked) !== withoutBuild(version) ? rest : null;
}

/** Whether a path ends with this name, and not with that of a scope's package. Some registries leave the `@` out. */
function isOwnedBy(path: string, name: string): boolean {
  if (name.startsWith("@")) return path.endsWith(`/${name}`) || path.endsWith(`/${name.slice(1)}`);
  return path.endsWith(`/${name}`) && !isScope(path.slice(0, -name.length - 1));
}

function isScope(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith("@");
}

/** What follows the name in a path: `1.0.0.tgz`, `1.0.0/<hash>`, `download/name-1.0.0.tgz`; null without the name. */
function behindName(path: string, name: string): string | null {
  for (let at = path.indexOf(`/${name}/`); at !== -1; at = path.indexOf(`/${name}/`, at + 1)) {
    if (name.startsWith("@") || !isScope(path.slice(0, at))) return path.slice(at + name.length + 2);
  }
  return null;
}

/** Whether an address names another version, and not this one. */
function statesOther(behind: string, { name, version }: Subject): boolean {
  const bare = name.slice(name.indexOf("/") + 1);
  const versions = behind
    .split("/")
    .map((part) => part.replace(/\.tgz$/, ""))
    .map((part) => (part.startsWith(`${bare}-`) ? part.slice(bare.length + 1) : part))
    .filter((part) => /^\d+\.\d+\.\d+/.test(part));
  return versions.length > 0 && !versions.some((stated) => withoutBuild(stated) === withoutBuild(version));
}

function withoutBuild(version: string): string {
  const build = version.indexOf("+");
  return build === -1 ? version : version.slice(0, build);
}
