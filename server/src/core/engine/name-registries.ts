/** Which registry each name of a project is asked of, and which names no public one may hear. */
import { LONGEST_NAME } from "../documents/limits.ts";
import { known, unknown } from "../facts/fact.ts";
import type { Fact } from "../facts/fact.ts";
import { hostOfAddress as hostOf, localKind, NPMJS_HOSTS } from "../facts/places.ts";
import { oneLine } from "../util/sanitize.ts";
import type { LockedPackage, Lockfile, RegistrySpecifier } from "../model.ts";
import { registryKey } from "../ports.ts";
import type { Cancellation, Registry, RegistryRef } from "../ports.ts";
import { remembered } from "../util/remembered.ts";
import { scopeOf } from "../util/scope-of.ts";
import { folderOf } from "../util/uri.ts";
import type { ReadProject } from "./read.ts";

/** Packages of each kind that a registry is asked about to learn of one host. */
const MOST_WITNESSES = 3;

/** What is learned holds for inspections to come. */
const NEVER: Cancellation = { aborted: false, throwIfAborted: () => undefined };

interface WorkspaceRegistries {
  readonly all: readonly RegistryRef[];
  readonly firstPrivate: RegistryRef | undefined;
}

/** Whose a host is that a lockfile has packages from: the registry's, another's, or not known, because no answer told. */
type HostOwner = "own" | "another" | "untold";

/** Everything that looks up names of one project goes through this, so that what is kept back in one place is in all. */
export class NameRegistries {
  readonly #elsewhere: ReadonlyMap<string, readonly string[]>;
  readonly #resolved = new Map<string, Promise<RegistryRef>>();
  readonly #byScope = new Map<string, Promise<WorkspaceRegistries>>();
  /** By registry and host, whose host it is. */
  readonly #hosts = new Map<string, Promise<HostOwner>>();
  #isUnsettled = false;
  #fromNone: ReadonlyMap<string, string> | null = null;

  constructor(
    private readonly registry: Pick<Registry, "resolve" | "resolveNamed" | "packument">,
    private readonly project: ReadProject,
  ) {
    this.#elsewhere = lockedElsewhere(project.lockfiles.map(({ model }) => model));
  }

  /** A registry did not answer what hangs on it: another time it may. */
  get isUnsettled(): boolean {
    return this.#isUnsettled;
  }

  /** For the lockfile that all manifests share. */
  of(name: string): Promise<RegistryRef> {
    const present = this.#resolved.get(name);
    if (present !== undefined) return present;
    const fresh = this.#resolveFromAll(name);
    this.#resolved.set(name, fresh);
    return fresh;
  }

  /** As a manifest (a URI) has it, whose folder may say where its own names resolve from. */
  declaredIn(uri: string, specifier: RegistrySpecifier): Promise<RegistryRef> {
    const folder = folderOf(uri);
    const { name } = specifier;
    if (specifier.source === "named-registry") return this.#resolveNamed(specifier.registryName, name, folder);
    return this.project.configured.includes(folder) ? this.#resolve(name, folder) : this.of(name);
  }

  async ofLocked(locked: LockedPackage): Promise<RegistryRef> {
    const { name, registryName } = locked;
    const registry = await (registryName === undefined
      ? this.of(name)
      : this.#resolveNamed(registryName, name, this.project.folder));
    return isOfRegistry(locked)
      ? registry
      : { ...registry, isPublic: false, refused: registry.refused ?? fromNone(locked) };
  }

  /** Of a name that only a release speaks of; unknown where the project has it from no registry, or from one by its name: it may be another's there. */
  async ofAdded(name: string): Promise<Fact<RegistryRef>> {
    this.#fromNone ??= namesFromNone(this.project);
    const reason = this.#fromNone.get(name);
    return reason === undefined ? known(await this.of(name)) : unknown("private", reason);
  }

  /** From the root; a name that a workspace resolves from a private registry is private in the lockfile that they share. */
  async #resolveFromAll(name: string): Promise<RegistryRef> {
    const usual = await this.#resolve(name, this.project.folder);
    if (!usual.isPublic) return usual;
    const hosts = this.#elsewhere.get(name) ?? [];
    const { all, firstPrivate } = await this.#ofWorkspaces(name);
    const foreign = new Map(hosts.map((host) => [host, "another"] as const));
    const own = hosts.length === 0 ? firstPrivate : all.find((one) => !keptBack(one, foreign).isPublic);
    return own === undefined ? usual : keptBack(own, foreign);
  }

  /** Registries that workspaces with settings of their own have for names of one scope, each once. */
  #ofWorkspaces(name: string): Promise<WorkspaceRegistries> {
    return remembered(this.#byScope, scopeOf(name) ?? "", async () => {
      const found = new Map<string, RegistryRef>();
      for (const folder of this.project.configured) {
        const registry = await this.registry.resolve(name, folder);
        const key = `${registryKey(registry)} ${String(registry.isPublic)}`;
        if (!found.has(key)) found.set(key, registry);
      }
      const all = [...found.values()];
      return { all, firstPrivate: all.find(({ isPublic }) => !isPublic) };
    });
  }

  async #resolve(name: string, folder: string): Promise<RegistryRef> {
    const registry = withinLength(await this.registry.resolve(name, folder), name);
    const foreign = new Map<string, HostOwner>();
    for (const host of this.#elsewhere.get(name) ?? []) {
      const owner = await this.#ownerOf(host, registry);
      if (owner !== "own") foreign.set(host, owner);
    }
    return keptBack(registry, foreign);
  }

  /**
   * Whether a registry serves tarballs from a host, by what it states of packages that it is asked for anyway; one that is
   * configured, by packages that are locked from there too: their package manager asks it for those as well. So is one that
   * the person named for this run, where the others tell nothing.
   */
  #ownerOf(host: string, registry: RegistryRef): Promise<HostOwner> {
    const usual = hostOf(registry.url);
    if (!registry.isPublic || registry.refused !== undefined) return Promise.resolve("another");
    // npm's own has one host.
    if (usual === null || usual === host || NPMJS_HOSTS.has(usual))
      return Promise.resolve(usual === host ? "own" : "another");
    return remembered(this.#hosts, `${registryKey(registry)} ${host}`, async () => {
      const locked = await this.#lockedFrom(host, registry);
      if (locked === null) return "another";
      const owner = await this.#toldBy(await this.#askedAnyway(registry), host, registry);
      const mayAsk = registry.isConfigured === true || (registry.isNamedForRun === true && owner === "untold");
      if (owner === "own" || !mayAsk) return owner;
      const told = await this.#toldBy(locked.slice(0, MOST_WITNESSES), host, registry);
      return told === "untold" ? owner : told;
    });
  }

  async #toldBy(names: readonly string[], host: string, registry: RegistryRef): Promise<HostOwner> {
    let owner: HostOwner = "untold";
    for (const name of names) {
      const answer = await this.registry.packument(
        // A name that may be private is not passed on to the host of a redirect.
        { name, registry: { ...registry, isPublic: !this.#isElsewhere(name, registry) } },
        "abbreviated",
        NEVER,
      );
      if (!answer.known && answer.code !== "offline" && answer.code !== "not-found") this.#isUnsettled = true;
      if (!answer.known) continue;
      for (const { tarball } of answer.value.distributions.values()) {
        if (hostOf(tarball) === host) return "own";
        owner = "another";
      }
    }
    return owner;
  }

  /** Whether a lockfile has the name from another host than the registry's. */
  #isElsewhere(name: string, { url }: RegistryRef): boolean {
    const own = hostOf(url);
    return this.#elsewhere.get(name)?.some((host) => host !== own) === true;
  }

  /** Names of the registry that are locked from a host; null where that is the host of another registry that is configured. */
  async #lockedFrom(host: string, registry: RegistryRef): Promise<readonly string[] | null> {
    const locked: string[] = [];
    for (const [name, hosts] of this.#elsewhere) {
      if (!hosts.includes(host)) continue;
      const configured = await this.#configuredFor(name);
      if (configured.some(({ url }) => hostOf(url) === host)) return null;
      const isOfRegistry = configured.some((one) => registryKey(one) === registryKey(registry));
      if (isOfRegistry && configured.every(({ isPublic }) => isPublic)) locked.push(name);
    }
    return locked;
  }

  /** Some of the names that the registry is asked for whatever host it serves from. */
  async #askedAnyway(registry: RegistryRef): Promise<readonly string[]> {
    const own = new Set<string>();
    this.#fromNone ??= namesFromNone(this.project);
    for (const { name } of this.project.lockfiles.flatMap(({ model }) => model.packages.filter(isOfRegistry))) {
      if (own.size === MOST_WITNESSES) break;
      if (own.has(name) || this.#isElsewhere(name, registry) || this.#fromNone.has(name)) continue;
      const its = await this.of(name);
      if (its.isPublic && its.refused === undefined && registryKey(its) === registryKey(registry)) own.add(name);
    }
    return [...own];
  }

  /** Every registry that the project or one of its workspaces has for a name. */
  async #configuredFor(name: string): Promise<readonly RegistryRef[]> {
    return [await this.registry.resolve(name, this.project.folder), ...(await this.#ofWorkspaces(name)).all];
  }

  async #resolveNamed(registryName: string, name: string, folder: string): Promise<RegistryRef> {
    return withinLength(await this.registry.resolveNamed(registryName, name, folder), name);
  }
}

/** As many packages show a habit: a mirror that they were all fetched through is a registry of the project. */
const HABIT = 10;

/**
 * Hosts that most packages of a lockfile come from. Each name counts once, and only where something the project asks for
 * leads to it: package managers ignore all other entries, so anyone could add as many as it takes.
 */
export function usualHostsOf(lockfile: Lockfile): ReadonlySet<string> {
  const present = usualHosts.get(lockfile);
  if (present !== undefined) return present;
  const found = findUsualHosts(lockfile);
  usualHosts.set(lockfile, found);
  return found;
}

const usualHosts = new WeakMap<Lockfile, ReadonlySet<string>>();

function findUsualHosts(lockfile: Lockfile): ReadonlySet<string> {
  const all = namesByHost(lockfile.packages);
  // The walk is for lockfiles that may have come through a mirror.
  if (![...all].some(([host, names]) => names.size >= HABIT && !NPMJS_HOSTS.has(host))) return new Set();
  const reached = namesByHost(reachable(lockfile));
  const most = new Set([...reached.values()].flatMap((names) => [...names])).size;
  return new Set(
    [...reached].filter(([, names]) => names.size >= HABIT && names.size * 2 > most).map(([host]) => host),
  );
}

/** By host, the names of the packages of registries that come from it. */
function namesByHost(packages: Iterable<LockedPackage>): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { name, source, resolved } of packages) {
    const host = source === "registry" ? hostOf(resolved) : null;
    if (host === null) continue;
    const names = found.get(host);
    if (names === undefined) found.set(host, new Set([name]));
    else names.add(name);
  }
  return found;
}

/** What the project and its workspaces lead to; everything where the lockfile does not say what they ask for. */
function reachable(lockfile: Lockfile): Iterable<LockedPackage> {
  const { packages, importers } = lockfile;
  const asked = importers.flatMap(({ dependencies }) => dependencies.map(({ target }) => target));
  const seen = new Set(asked.filter((id) => id !== null));
  if (seen.size === 0) return packages;
  // A set that grows while it is walked.
  for (const id of seen) for (const target of lockfile.dependenciesOf(id)) seen.add(target);
  return packages.filter(({ id }) => seen.has(id));
}

/** By name, the hosts that a lockfile has it from, where they are not those that it has most from. */
function lockedElsewhere(lockfiles: readonly Lockfile[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const lockfile of lockfiles) {
    const usual = usualHostsOf(lockfile);
    for (const { name, source, resolved } of lockfile.packages) {
      const host = source === "registry" ? hostOf(resolved) : null;
      if (host === null || usual.has(host) || NPMJS_HOSTS.has(host)) continue;
      const hosts = found.get(name) ?? [];
      if (hosts.length === 0) found.set(name, hosts);
      if (!hosts.includes(host)) hosts.push(host);
    }
  }
  return found;
}

/** By name, why the usual registry is not asked for what the project itself holds, or locks from nowhere but git, files, registries that it names and the like. */
function namesFromNone({ manifests, lockfiles }: ReadProject): ReadonlyMap<string, string> {
  const packages = lockfiles.flatMap(({ model }) => model.packages);
  const reasons = new Map<string, string>();
  for (const locked of packages) {
    if (!isOfRegistry(locked)) reasons.set(locked.name, fromNone(locked));
    else if (locked.registryName !== undefined)
      reasons.set(locked.name, `the lockfile has it from the registry named ${oneLine(locked.registryName, 80)}`);
  }
  for (const { document } of manifests) {
    if (document.model.name !== null) reasons.set(document.model.name, "a package of this project has that name");
  }
  for (const locked of packages)
    if (isOfRegistry(locked) && locked.registryName === undefined) reasons.delete(locked.name);
  return reasons;
}

/** Nobody is asked for a name that no package can have: it is as long as the file or answer that holds it makes it. */
function withinLength(registry: RegistryRef, name: string): RegistryRef {
  if (name.length <= LONGEST_NAME) return registry;
  const refused = registry.refused ?? `its name is longer than the ${LONGEST_NAME} characters that npm allows`;
  return { ...registry, isPublic: false, refused };
}

/** A name that a lockfile has from another host than the registry that would be asked is not told to a public one: it may be private. */
function keptBack(registry: RegistryRef, hosts: ReadonlyMap<string, HostOwner>): RegistryRef {
  if (!registry.isPublic) return registry;
  const usual = hostOf(registry.url);
  const foreign = [...hosts].filter(([host]) => host !== usual);
  const [host, owner] = foreign.find(([, its]) => its === "another") ?? foreign[0] ?? [null, "own"];
  if (host === null) return registry;
  const from = `the lockfile has it from ${oneLine(host, 80)}`;
  return owner === "untold"
    ? {
        ...registry,
        isPublic: false,
        refused: `${from}, which is not known to be a host of ${usual ?? "its registry"}`,
        isHostUntold: true,
      }
    : { ...registry, isPublic: false, refused: `${from}, which is not a registry of this project` };
}

/** What stands in a registry's place is no registry's where its address is not one of http. */
function isOfRegistry({ source, name, resolved, insteadOf }: LockedPackage): boolean {
  return source === "registry" && (insteadOf?.name !== name || hostOf(resolved) !== null);
}

/** Why no registry is asked for a package that is from none. */
function fromNone(locked: LockedPackage): string {
  return `the lockfile has it from ${originOf(locked)}, which is not a registry`;
}

/** Where a package is from that is of no registry, for a message. */
function originOf(locked: LockedPackage): string {
  const { source, resolved } = locked;
  switch (source) {
    case "git":
      return "git";
    case "file":
    case "link":
    case "workspace":
      return localKind(locked);
    case "registry":
    case "tarball":
      return oneLine(hostOf(resolved) ?? "no registry's address", 80);
  }
}
