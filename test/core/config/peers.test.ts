import { expect, it } from "vitest";
import type { PolicyFile } from "../../../server/src/core/config/layers.ts";
import { readConfig } from "../../../server/src/core/documents/config/index.ts";
import { EMPTY_MAP } from "../../../server/src/core/documents/config/tree.ts";
import { installsPeers } from "../../../server/src/core/config/peers.ts";
import type { Manager } from "../../../server/src/core/project/manager.ts";

const file = (kind: "npmrc" | "pnpm-workspace" | "bunfig", text: string): PolicyFile => ({
  kind,
  model: readConfig(kind, text),
});

const UNREAD: PolicyFile = {
  kind: "npmrc",
  model: {
    type: "config",
    root: EMPTY_MAP,
    problems: [{ kind: "unreadable", message: "it may say anything", span: { start: 0, end: 0 } }],
  },
};
const LEGACY = file("npmrc", "legacy-peer-deps=true");

it.each<[string, Manager | null, readonly PolicyFile[], boolean]>([
  ["no manager, which is npm", null, [], true],
  ["npm 11", { kind: "npm", version: "11.0.0" }, [], true],
  ["npm 6", { kind: "npm", version: "6.14.18" }, [], false],
  ["npm that is told not to", { kind: "npm", version: "11.0.0" }, [LEGACY], false],
  ["npm, by the nearest file", { kind: "npm", version: null }, [file("npmrc", "legacy-peer-deps=false"), LEGACY], true],
  ["npm, by a file that is pnpm's alone", null, [{ ...LEGACY, readers: [{ manager: "pnpm" }] }], true],
  ["npm, by a file behind one that cannot be read", null, [UNREAD, LEGACY], true],
  ["npm, by a variable that is not known", null, [file("npmrc", "legacy-peer-deps=${LEGACY}")], true],
  ["npm, by a variable", null, [{ ...file("npmrc", "legacy-peer-deps=${LEGACY}"), env: { LEGACY: "true" } }], false],
  ["pnpm 10", { kind: "pnpm", version: "10.0.0" }, [LEGACY], true],
  ["pnpm 7", { kind: "pnpm", version: "7.33.0" }, [], false],
  ["pnpm 7 that is told to", { kind: "pnpm", version: "7.33.0" }, [file("npmrc", "auto-install-peers=true")], true],
  [
    "pnpm that is told not to",
    { kind: "pnpm", version: null },
    [file("pnpm-workspace", "autoInstallPeers: false")],
    false,
  ],
  ["pnpm 10, by .npmrc", { kind: "pnpm", version: "10.0.0" }, [file("npmrc", "auto-install-peers=false")], false],
  [
    "pnpm 11, which does not read that",
    { kind: "pnpm", version: "11.0.0" },
    [file("npmrc", "auto-install-peers=false")],
    true,
  ],
  ["pnpm of any version", { kind: "pnpm", version: null }, [file("npmrc", "auto-install-peers=false")], true],
  [
    "a file that is broken",
    { kind: "pnpm", version: null },
    [file("pnpm-workspace", "autoInstallPeers: false\n: [")],
    true,
  ],
  ["Bun", { kind: "bun", version: "1.4.0" }, [], true],
  ["Bun that is told not to", { kind: "bun", version: null }, [file("bunfig", "[install]\npeer = false")], false],
  ["Yarn 1", { kind: "yarn-classic", version: "1.22.0" }, [], false],
  ["Yarn 4", { kind: "yarn-berry", version: "4.18.0" }, [], false],
])("%s", (_, manager, files, installs) => {
  expect(installsPeers([manager], files)).toBe(installs);
});
