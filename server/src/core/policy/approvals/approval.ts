/** What a package manager does with the install scripts of a release, and what the project has said of them. */
import { intersects } from "semver";
import type { ConfigMap } from "../../documents/config/tree.ts";
import type { LockfileFormat } from "../../model.ts";
import { nearest, type Layer, type PolicyFile } from "../../config/layers.ts";

export interface Approval {
  /** Whether the manager runs them; null where that is not known. */
  readonly runs: boolean | null;
  /**
   * What was said of this release: approved in this very `version`, approved by `name` whatever the version, `denied`
   * (by name, or with all others), or nothing.
   */
  readonly given: "version" | "name" | "denied" | "none";
  /** Whose word it is, for messages: `allowScripts in package.json`, `pnpm's default`. */
  readonly origin: string;
}

export interface ScriptedRelease {
  readonly name: string;
  readonly version: string;
  /** The lockfile says where it is fetched from: without that npm does not take its word for the version. */
  readonly isVersionProven: boolean;
  /** It comes inside the tarball of this release: no approval and no denial is of it. */
  readonly isInTarball?: true;
  /** Formats of the lockfiles that hold it; without it, none does. */
  readonly lockedBy?: readonly LockfileFormat[];
}

/** The approvals of a project, as one version of its manager has them. */
export interface StatedApprovals {
  /** The manager asks for approvals: it blocks, or tells of, what has none. */
  readonly areWanted: boolean;
  /** The project has given or refused some. */
  readonly areWritten: boolean;
  of(release: ScriptedRelease): Approval;
}

/** One answer for every release. */
export function sameForAll(approval: Approval, areWanted: boolean): StatedApprovals {
  return { areWanted, areWritten: false, of: () => approval };
}

/** What an entry of a list says of a package. */
export interface Entry {
  /** null: every version. */
  readonly versions: readonly string[] | null;
  readonly isAllowed: boolean;
}

/** What all entries say of a package: of every version, and of some versions by themselves. */
export interface Said {
  readonly all: Set<"allowed" | "denied">;
  readonly allowed: Set<string>;
  readonly denied: Set<string>;
}

const NOTHING_SAID: Said = { all: new Set(), allowed: new Set(), denied: new Set() };

/** Entries by package name. */
export class Entries {
  readonly #byName = new Map<string, Said>();

  get size(): number {
    return this.#byName.size;
  }

  add(name: string, { versions, isAllowed }: Entry): void {
    const said = this.#byName.get(name) ?? { all: new Set(), allowed: new Set(), denied: new Set() };
    this.#byName.set(name, said);
    if (versions === null) said.all.add(isAllowed ? "allowed" : "denied");
    else for (const version of versions) said[isAllowed ? "allowed" : "denied"].add(version);
  }

  /** Denials win over approvals. */
  given({ name, version }: Pick<ScriptedRelease, "name" | "version">): Approval["given"] {
    const { all, allowed, denied } = this.named(name);
    if (all.has("denied") || denied.has(version)) return "denied";
    return allowed.has(version) ? "version" : all.has("allowed") ? "name" : "none";
  }

  named(name: string): Said {
    return this.#byName.get(name) ?? NOTHING_SAID;
  }
}

/** `name`, or `name@…`. */
export function splitKey(key: string): { readonly name: string; readonly rest: string | null } {
  const at = key.indexOf("@", 1);
  return at === -1 ? { name: key, rest: null } : { name: key.slice(0, at), rest: key.slice(at + 1) };
}

/** What the root manifest holds of policy; null where there is none. */
export function manifestOf(files: readonly PolicyFile[]): ConfigMap | null {
  return files.find(({ kind }) => kind === "package-json")?.model.root ?? null;
}

/** Versions that treat install scripts alike. */
export interface Manner {
  /** One of them. */
  readonly version: string;
  /** All of them. */
  readonly range: string;
}

/** One version of each manner that a range takes. */
export function versionsWithin(manners: readonly Manner[], range: string): readonly string[] {
  return manners
    .filter((manner) => intersects(manner.range, range, { includePrerelease: true }))
    .map(({ version }) => version);
}

/** A setting that is on or off, and where, for messages. */
export interface Switch {
  readonly isOn: boolean;
  readonly origin: string;
}

/** What the nearest layer that has the switch says; null where none has it. */
export function nearestSwitch(
  layers: readonly Layer[],
  key: string,
  read: (layer: Layer) => boolean | null,
): Switch | null {
  return nearest(layers, (layer) => {
    const isOn = read(layer);
    return isOn === null ? null : { isOn, origin: `${key} in ${layer.name}` };
  });
}

/** Where it is turned on; null where it is off. */
export function turnedOn(found: Switch | null): string | null {
  return found?.isOn === true ? found.origin : null;
}
