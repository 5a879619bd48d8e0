import { lt } from "semver";
import type { ConfigKind } from "../documents/config/index.ts";
import { scalarAt } from "../documents/config/tree.ts";
import type { LockfileFormat } from "../model.ts";
import { filesFor, type PolicyFile } from "./layers.ts";
import { FIRST_WITHOUT_NPMRC } from "./sources.ts";
import { filledIn } from "./variables.ts";

interface PeerSetting {
  readonly kind: ConfigKind;
  readonly path: readonly string[];
  /** The value that makes the package manager leave peers out. */
  readonly off: string;
  /** The first version that does not read it any more; left out where each does. */
  readonly until?: string;
}

/** The settings that turn the installation of peers on or off. */
interface PeerSettings {
  readonly settings: readonly PeerSetting[];
  /** The first version that installs them of its own accord. */
  readonly since: string;
}

/** Those that install what the project has as a peer. Tried: npm 11.19, pnpm 10, Bun 1.4; Yarn 1.22 and 4.18 do not. */
const INSTALLS: Readonly<Partial<Record<LockfileFormat, PeerSettings>>> = {
  npm: { settings: [{ kind: "npmrc", path: ["legacy-peer-deps"], off: "true" }], since: "7.0.0" },
  pnpm: {
    settings: [
      { kind: "pnpm-workspace", path: ["autoInstallPeers"], off: "false" },
      { kind: "npmrc", path: ["auto-install-peers"], off: "false", until: FIRST_WITHOUT_NPMRC },
    ],
    since: "8.0.0",
  },
  bun: { settings: [{ kind: "bunfig", path: ["install", "peer"], off: "false" }], since: "0.0.0" },
};

/** A package manager, and its version where that is known. */
interface Installer {
  readonly kind: LockfileFormat;
  readonly version: string | null;
}

/**
 * Whether one of the package managers installs peers, those of the project's own manifests too, as it does with other
 * dependencies. Of several files the nearest says. One that cannot be read whole may say anything: nothing then says that
 * peers are left out.
 * @param installers null is taken for npm
 * @param files nearest first
 */
export function installsPeers(installers: readonly (Installer | null)[], files: readonly PolicyFile[]): boolean {
  return installers.some((installer) => doesInstall(installer ?? { kind: "npm", version: null }, files));
}

function doesInstall({ kind: manager, version }: Installer, files: readonly PolicyFile[]): boolean {
  const own = INSTALLS[manager];
  if (own === undefined) return false;
  const kinds = new Set<string>(own.settings.map(({ kind }) => kind));
  for (const { kind, model, env } of filesFor(files, manager, version).filter((file) => kinds.has(file.kind))) {
    if (model.problems.length > 0) return true;
    for (const { kind: inKind, path, off, until } of own.settings.filter((setting) => setting.kind === kind)) {
      // Where it is not known to be read, it leaves nothing out.
      if (until !== undefined && (version === null || !lt(version, until))) continue;
      const text = scalarAt(model.root, ...path)?.text;
      if (text !== undefined) return filledIn(inKind, text, env) !== off;
    }
  }
  return version === null || !lt(version, own.since);
}
