/** Which lockfiles the package manager goes by, and why it ignores the others. */
import { scalarAt } from "../documents/config/tree.ts";
import { documentKind } from "../documents/index.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Lockfile, LockfileFormat } from "../model.ts";
import type { Document } from "../project/document-store.ts";
import { FAMILIES, isSameFamily } from "../project/installers.ts";
import type { Installers } from "../project/installers.ts";
import { fileNameOf, folderOf } from "../util/uri.ts";
import { filesFor, layersOf, nearest } from "../config/layers.ts";
import type { PolicyFile } from "../config/layers.ts";
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
  /** Those that nothing installs from, and that nobody would expect there. */
  readonly unused: readonly UnusedLockfile[];
}

export interface LockfileFacts {
  /** The project's folder (URI). */
  readonly folder: string;
  /** Those in its folder, in the order in which package managers prefer them; then those in its workspaces. */
  readonly lockfiles: readonly Document<Lockfile>[];
  readonly installers: Installers;
  /** Settings, nearest first. */
  readonly files: readonly PolicyFile[];
  /** The branch that is checked out; null where that is not known. */
  readonly branch: string | null;
}

export function lockfileUse(facts: LockfileFacts): LockfileUse {
  const { lockfiles } = facts;
  const reasons = lockfiles.map((lockfile) => reasonOf(lockfile, facts));
  const reasonAt = (index: number): string | null => reasons[index] ?? null;
  return {
    used: byBranch(
      lockfiles.filter((_, index) => reasonAt(index) === null),
      facts.branch,
    ),
    unused: lockfiles.flatMap(({ uri }, index) => {
      const reason = reasonAt(index);
      return reason === null ? [] : [{ uri, reason }];
    }),
  };
}

/** Null where nothing speaks against the lockfile. */
function reasonOf({ uri, kind, model }: Document<Lockfile>, facts: LockfileFacts): string | null {
  const { folder, lockfiles, installers, files } = facts;
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
  return switchedOff(uri, model.format, files, installers);
}

/**
 * Settings by which a package manager ignores lockfiles. What some versions take for "off" counts as that.
 * npm: https://docs.npmjs.com/cli/v11/using-npm/config#package-lock, and lib/commands/ci.js, which heeds none of them;
 * pnpm: https://pnpm.io/settings#lockfile, #gitbranchlockfile;
 * Yarn 1: https://classic.yarnpkg.com/lang/en/docs/yarnrc/#toc-cli-arguments, tried with 1.22
 */
function switchedOff(
  uri: string,
  format: LockfileFormat,
  files: readonly PolicyFile[],
  installers: Installers,
): string | null {
  switch (format) {
    case "npm": {
      const layers = layersOf(filesFor(files, "npm", null), "npmrc");
      const off = ["package-lock", "shrinkwrap"].flatMap((key) => {
        const found = nearest(layers, ({ name, settings }) => {
          const text = scalarAt(settings, key)?.text;
          return text === undefined ? null : { name, text };
        });
        return found !== null && OFF_IN_NPMRC.test(found.text) ? [`${key}=false in ${found.name}`] : [];
      });
      const [first] = off;
      return first === undefined ? null : `npm install ignores it (${first}); npm ci installs from it`;
    }
    case "pnpm": {
      const off = pnpmSwitches("lockfile", "lockfile", files, installers).find(({ text }) => OFF.test(text));
      if (off !== undefined) return `pnpm ignores it (lockfile is false in ${off.name})`;
      const branches = pnpmSwitches("gitBranchLockfile", "git-branch-lockfile", files, installers);
      return branchOf(uri) !== null && !branches.some(({ text }) => /^(?:true|yes|on|y)$/i.test(text))
        ? "it is one branch's, and gitBranchLockfile is not set"
        : null;
    }
    case "yarn-classic":
      return nearest(layersOf(files, "yarnrc-classic"), ({ name, settings }) => {
        for (const { key, value } of settings.entries.values()) {
          if (value.kind !== "scalar") continue;
          if (NO_LOCKFILE.test(key) && value.value === true) return `Yarn ignores it (${key} in ${name})`;
          if (OTHER_FOLDER.test(key))
            return `Yarn installs another folder (${key} ${oneLine(value.text, 60)} in ${name})`;
        }
        return null;
      });
    case "yarn-berry":
    case "bun":
      return null;
  }
}

const OFF = /^(?:false|no|off|n|0|null|~|)$/i;
/** What a variable stands for may be any of these. */
const OFF_IN_NPMRC = /^(?:false|null|undefined|)$|\$\{/;
const NO_LOCKFILE = /^--(?:(?:install|\*)\.)?no-lockfile$/;
const OTHER_FOLDER = /^--(?:(?:install|\*)\.)?cwd$/;

/** What each pnpm that may install takes the switch from. */
function pnpmSwitches(
  key: string,
  iniKey: string,
  files: readonly PolicyFile[],
  installers: Installers,
): readonly { readonly name: string; readonly text: string }[] {
  const managers = installers.all.filter((manager) => manager?.kind === "pnpm");
  const versions = managers.length === 0 ? [null] : managers.map((manager) => manager?.version ?? null);
  return versions.flatMap((version) => {
    const found = nearest(pnpmLayers(files, version), ({ layer: { name, settings }, isIni }) => {
      const text = scalarAt(settings, isIni ? iniKey : key)?.text;
      return text === undefined ? null : { name, text };
    });
    return found ?? [];
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
