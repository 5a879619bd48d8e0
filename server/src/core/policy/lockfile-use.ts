/** Which lockfiles the package manager goes by, and why it ignores the others. */
import { scalarAt } from "../documents/config/tree.ts";
import { documentKind } from "../documents/index.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Lockfile, LockfileFormat } from "../model.ts";
import type { Document } from "../project/document-store.ts";
import { FAMILIES, ignoredBy, isSameFamily } from "../project/installers.ts";
import type { Installers } from "../project/installers.ts";
import type { Manager } from "../project/manager.ts";
import { fileNameOf, folderOf, resolvedFrom } from "../util/uri.ts";
import { filesFor, layersOf, nearest } from "../config/layers.ts";
import type { PolicyFile } from "../config/layers.ts";
import {
  DECIDING_SETTINGS,
  found,
  isReadIn,
  kindsOf,
  NPMRC_BEFORE_11,
  writtenSetting,
} from "../config/deciding-settings.ts";
import type { DecidingSetting, FileVariable } from "../config/deciding-settings.ts";
import { pnpmLayers } from "../config/pnpm-layers.ts";

export interface UnusedLockfile {
  /** URI. */
  readonly uri: string;
  /** Why the package manager ignores it, as a clause. */
  readonly reason: string;
}

export interface LockfileUse {
  /** Those that say what is installed. */
  readonly used: readonly Document<Lockfile>[];
  /** Of these, those of which no problem says that the package manager may ignore the whole file. */
  readonly kept: readonly Document<Lockfile>[];
  /** Those that nothing installs from, and that nobody would expect there. */
  readonly unused: readonly UnusedLockfile[];
}

export interface LockfileFacts {
  /** The project's folder (URI). */
  readonly folder: string;
  /** The folder whose settings hold (URI). */
  readonly settings: string;
  /** Those in its folder, in the order in which package managers prefer them; then those in its workspaces. */
  readonly lockfiles: readonly Document<Lockfile>[];
  readonly installers: Installers;
  /** Settings, nearest first. */
  readonly files: readonly PolicyFile[];
  /** The branch that is checked out; null where that is not known. */
  readonly branch: string | null;
  /** What environment files of the project set for Bun. */
  readonly bunVariables: readonly FileVariable[];
}

export function lockfileUse(facts: LockfileFacts): LockfileUse {
  const { lockfiles } = facts;
  const reasons = lockfiles.map((lockfile) => reasonOf(lockfile, facts));
  const reasonAt = (index: number): string | null => reasons[index] ?? null;
  const notIgnored = lockfiles.filter((_, index) => reasonAt(index) === null);
  const used = byBranch(notIgnored, facts.branch);
  return {
    used,
    kept: used.filter(({ model }) => model.mayBeIgnored !== true),
    unused: lockfiles.flatMap(({ uri }, index) => {
      const reason = reasonAt(index);
      return reason === null ? [] : [{ uri, reason }];
    }),
  };
}

/** Null where nothing speaks against the lockfile. */
function reasonOf({ uri, kind, model }: Document<Lockfile>, facts: LockfileFacts): string | null {
  const { folder, lockfiles, installers } = facts;
  const { stated, main } = installers;
  const beside = lockfiles.filter((lockfile) => folderOf(lockfile.uri) === folder);
  if (folderOf(uri) !== folder) {
    const format = main?.kind ?? beside[0]?.model.format ?? model.format;
    return `it is in a workspace, and ${FAMILIES[format]} uses the lockfile of the workspace root`;
  }
  if (stated !== null && main !== null && !isSameFamily(main.kind, model.format)) {
    const text = stated.range === null ? stated.name : `${stated.name}@${stated.range}`;
    return `package.json states ${oneLine(text, 60)}, which uses another lockfile`;
  }
  if (kind === "package-lock" && beside.some((lockfile) => lockfile.kind === "npm-shrinkwrap"))
    return "npm uses npm-shrinkwrap.json";
  return switchedOff(uri, model.format, facts) ?? elsewhere(model.format, facts) ?? ignoredFormat(model, facts);
}

/**
 * By `lockfileDir`, whether or not a lockfile is there: https://pnpm.io/settings#lockfiledir. Where a version of pnpm does
 * not read the setting, it is the other way round.
 */
function elsewhere(format: LockfileFormat, { folder, settings, files, installers }: LockfileFacts): string | null {
  if (format !== "pnpm") return null;
  const stated = versionsOf(format, installers).map((manager) =>
    nearest(pnpmLayers(files, manager.version), ({ layer, isIni }) => {
      if (isIni && !isReadIn({ versions: NPMRC_BEFORE_11 }, "npmrc", manager)) return null;
      const key = isIni ? "lockfile-dir" : "lockfileDir";
      const text = scalarAt(layer.settings, key)?.text;
      const isOfSome = isIni && manager.version === null;
      return text === undefined || text === ""
        ? null
        : { root: resolvedFrom(settings, text), isOfSome, layer, key, text };
    }),
  );
  const other = stated.find((one) => one !== null && one.root !== folder);
  if (other !== undefined && other !== null) {
    const { layer, key, text, isOfSome } = other;
    return `pnpm${isOfSome ? " until 10" : ""} uses the one in ${oneLine(text, 60)} (${key} in ${layer.name})`;
  }
  const moved = stated.find((one) => one !== null);
  if (moved === undefined || folder === settings) return null;
  const isIgnored = moved.isOfSome || stated.includes(null);
  return isIgnored ? `some versions of pnpm do not read ${moved.key} in ${moved.layer.name}, which leads to it` : null;
}

/** Formats that a version of the package manager does not read: it installs as if there were no lockfile. */
function ignoredFormat({ format, formatVersion }: Lockfile, { installers }: LockfileFacts): string | null {
  const ignores = versionsOf(format, installers).some((manager) => ignoredBy(manager, { format, formatVersion }));
  return ignores
    ? `it depends on ${FAMILIES[format]}'s version whether its format (${oneLine(formatVersion, 20)}) is read`
    : null;
}

/** A setting by which its package manager ignores a lockfile. npm ci heeds none of them: lib/commands/ci.js */
function switchedOff(uri: string, format: LockfileFormat, facts: LockfileFacts): string | null {
  const variable =
    format === "bun" ? facts.bunVariables.find(({ effect }) => effect === "lockfile ignored") : undefined;
  if (variable !== undefined) return `Bun ignores it (${variable.name} in ${variable.file})`;
  for (const setting of DECIDING_SETTINGS[format]) {
    const { effect, says } = setting;
    if (effect !== "lockfile ignored" && effect !== "other folder installed") continue;
    const [off] = inEffect(setting, format, facts);
    if (off === undefined) continue;
    if (effect === "other folder installed") return `${says} (${off.written} in ${off.name})`;
    return `${says} (${off.written} in ${off.name})${format === "npm" ? "; npm ci installs from it" : ""}`;
  }
  if (format !== "pnpm" || branchOf(uri) === null) return null;
  const branches = pnpmSwitches("gitBranchLockfile", "git-branch-lockfile", facts);
  return branches.some(({ text }) => /^(?:true|yes|on|y)$/i.test(text))
    ? null
    : "it is one branch's, and gitBranchLockfile is not set";
}

/** The nearest of the files that say anything of a setting, for each version of the package manager that may install. */
function inEffect(
  setting: DecidingSetting,
  format: LockfileFormat,
  { files, installers }: LockfileFacts,
): readonly { readonly name: string; readonly written: string }[] {
  return versionsOf(format, installers).flatMap((manager) => {
    const read = filesFor(files, format, manager.version);
    for (const kind of kindsOf(setting).filter((one) => isReadIn(setting, one, manager))) {
      const stated = nearest(layersOf(read, kind), ({ name, settings, env }) => {
        const isStated = found({ ...setting, when: () => true }, kind, settings, env).length > 0;
        return isStated ? { name, at: found(setting, kind, settings, env) } : null;
      });
      if (stated !== null) return stated.at.map((one) => ({ name: stated.name, written: writtenSetting(one) }));
    }
    return [];
  });
}

function versionsOf(format: LockfileFormat, installers: Installers): readonly Omit<Manager, "kind">[] {
  const managers = installers.all.filter((manager) => manager !== null && manager.kind === format);
  return managers.length === 0 ? [{ version: null }] : managers.flatMap((manager) => manager ?? []);
}

/** What each pnpm that may install takes the switch from. */
function pnpmSwitches(
  key: string,
  iniKey: string,
  { files, installers }: LockfileFacts,
): readonly { readonly name: string; readonly text: string }[] {
  return versionsOf("pnpm", installers).flatMap(({ version }) => {
    const stated = nearest(pnpmLayers(files, version), ({ layer: { name, settings }, isIni }) => {
      const text = scalarAt(settings, isIni ? iniKey : key)?.text;
      return text === undefined ? null : { name, text };
    });
    return stated ?? [];
  });
}

/** Of pnpm's lockfiles of branches, those of others than the one checked out say nothing of what is installed here. */
function byBranch(lockfiles: readonly Document<Lockfile>[], branch: string | null): readonly Document<Lockfile>[] {
  // As pnpm writes a branch into a file's name: lockfile/fs, lockfileName.ts.
  const inName = branch?.replace(/[^\w.-]/g, "!").toLowerCase();
  const own = inName === undefined ? undefined : lockfiles.find(({ uri }) => branchOf(uri) === inName);
  const isOther = ({ uri, kind }: Document<Lockfile>): boolean =>
    kind === "pnpm-lock" && (own === undefined ? branchOf(uri) !== null && branch !== null : uri !== own.uri);
  return lockfiles.filter((lockfile) => !isOther(lockfile));
}

/** The branch in the name of one of pnpm's lockfiles of branches, as pnpm writes it there; null for all others. */
export function branchOf(uri: string): string | null {
  const name = fileNameOf(uri);
  return documentKind(name) === "pnpm-lock" ? (/^pnpm-lock\.(.+)\.yaml$/.exec(name)?.[1] ?? null) : null;
}
