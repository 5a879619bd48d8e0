import { lt } from "semver";
import { FIRST_WITHOUT_NPMRC } from "../config/sources.ts";
import type { PolicyFile } from "../config/layers.ts";
import type { ConfigKind } from "../documents/config/index.ts";
import { scalarAt } from "../documents/config/tree.ts";
import type { LockfileFormat } from "../model.ts";
import type { Manager } from "../project/manager.ts";

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

/**
 * Whether one of the package managers installs the peers of the project's own manifests, as it does with other
 * dependencies. Of several files the nearest says; one that cannot be read whole says nothing.
 * @param files nearest first
 */
export function installsPeers(managers: readonly (Manager | null)[], files: readonly PolicyFile[]): boolean {
  return managers.some((manager) => {
    const own = INSTALLS[manager?.kind ?? "npm"];
    if (own === undefined) return false;
    const version = manager?.version ?? null;
    for (const { kind, model } of files.filter((file) => file.model.problems.length === 0)) {
      for (const { path, off, until } of own.settings.filter((setting) => setting.kind === kind)) {
        // Where it is not known to be read, it leaves nothing out.
        if (until !== undefined && (version === null || !lt(version, until))) continue;
        const text = scalarAt(model.root, ...path)?.text;
        if (text !== undefined) return text !== off;
      }
    }
    return version === null || !lt(version, own.since);
  });
}
