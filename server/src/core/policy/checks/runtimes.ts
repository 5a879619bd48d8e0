/** Whether runtimes that pnpm downloads and runs come from where it has them from. */
import { intersects, lt } from "semver";
import type { ConfigKind } from "../../documents/config/index.ts";
import { entryAt } from "../../documents/config/tree.ts";
import { addressOf, type Address } from "../../facts/places.ts";
import { oneLine } from "../../util/sanitize.ts";
import type { LockedDownload } from "../../model.ts";
import type { Span } from "../../util/text.ts";
import { listed } from "../../util/words.ts";
import { personal, type PolicyFile } from "../../config/layers.ts";
import { FIRST_WITHOUT_NPMRC } from "../../config/sources.ts";
import type { Manager } from "../../project/manager.ts";
import { pnpmLayers } from "../../config/pnpm-layers.ts";

export interface RuntimeDoubt {
  readonly severity: "error" | "warning" | "information";
  readonly message: string;
  readonly span: Span;
}

interface Origin {
  /** Begins with this, over https. */
  readonly host: string;
  readonly path: string;
  /** What is before the version in the folder of a release. */
  readonly tag: string;
}

/** pnpm: engine/runtime/node-resolver, bun-resolver, deno-resolver */
const ORIGINS: ReadonlyMap<string, readonly Origin[]> = new Map([
  [
    "node",
    [
      { host: "nodejs.org", path: "/download/", tag: "v" },
      { host: "unofficial-builds.nodejs.org", path: "/download/", tag: "v" },
    ],
  ],
  ["bun", [{ host: "github.com", path: "/oven-sh/bun/releases/download/", tag: "bun-v" }]],
  ["deno", [{ host: "github.com", path: "/denoland/deno/releases/download/", tag: "v" }]],
]);

const MOST_NAMED = 2;

/** One for each runtime and kind of doubt. `files`: the project's policy. */
export function runtimeDoubts(
  downloads: readonly LockedDownload[],
  files: readonly PolicyFile[],
): readonly RuntimeDoubt[] {
  const grouped = new Map<string, LockedDownload[]>();
  for (const download of downloads) {
    const key = JSON.stringify([download.kind, download.name, download.version]);
    const group = grouped.get(key);
    if (group === undefined) grouped.set(key, [download]);
    else group.push(download);
  }
  const mirrors = downloads.length === 0 ? [] : mirrorsIn(files);
  return [...grouped.values()].flatMap((group) => doubtsOf(group, mirrors));
}

function doubtsOf(group: readonly LockedDownload[], mirrors: readonly Mirror[]): readonly RuntimeDoubt[] {
  const [first] = group;
  if (first === undefined) return [];
  const called = oneLine(`${first.name} ${first.version}`.trim(), 120);
  const origins = first.kind === "runtime" ? (ORIGINS.get(first.name) ?? []) : [];
  const unread: LockedDownload[] = [];
  const foreign: LockedDownload[] = [];
  const mirrored = new Map<Mirror, LockedDownload>();
  for (const download of group) {
    const address = addressOf(download.address);
    if (download.address === null) unread.push(download);
    else if (!origins.some((origin) => isFrom(origin, address, download))) {
      const mayBeMirrored = first.kind === "runtime" && first.name === "node";
      const mirror = mayBeMirrored ? mirrors.find(({ at }) => isBelow(at, address)) : undefined;
      if (mirror === undefined) foreign.push(download);
      else if (!mirrored.has(mirror)) mirrored.set(mirror, download);
    }
  }
  return [...foreignDoubt(called, foreign, origins), ...unreadDoubt(called, unread), ...mirrorDoubts(called, mirrored)];
}

function isFrom({ host, path, tag }: Origin, address: Address | null, { version }: LockedDownload): boolean {
  return (
    address?.isSecure === true &&
    address.host === host &&
    // Escapes may lead elsewhere.
    !address.path.includes("%") &&
    address.path.startsWith(path) &&
    address.path.slice(path.length - 1).includes(`/${tag}${version}/`)
  );
}

function isBelow(mirror: Address, address: Address | null): boolean {
  return address?.isSecure === mirror.isSecure && address.host === mirror.host && address.path.startsWith(mirror.path);
}

function foreignDoubt(
  called: string,
  foreign: readonly LockedDownload[],
  origins: readonly Origin[],
): readonly RuntimeDoubt[] {
  const [first] = foreign;
  if (first === undefined) return [];
  const from = new Set(foreign.map(({ address }) => oneLine(address ?? "", 120)));
  const usual =
    origins[0] === undefined ? "" : `, not from its release at https://${origins[0].host}${origins[0].path}`;
  return [
    {
      severity: "error",
      message: `${called} is locked to be downloaded from ${listed([...from], MOST_NAMED)}${usual}. pnpm runs what it finds there. Remove the entry and lock it again.`,
      span: first.span,
    },
  ];
}

function unreadDoubt(called: string, [first]: readonly LockedDownload[]): readonly RuntimeDoubt[] {
  if (first === undefined) return [];
  const message = `${called} is locked to be downloaded, and the address could not be read. Lock it again, or compare it with the release.`;
  return [{ severity: "warning", message, span: first.span }];
}

function mirrorDoubts(called: string, mirrored: ReadonlyMap<Mirror, LockedDownload>): readonly RuntimeDoubt[] {
  return [...mirrored].map(([{ url, origin, isPersonal }, { span }]) => ({
    severity: isPersonal ? "information" : "warning",
    message: `${called} is locked to be downloaded from ${oneLine(url, 120)}, as ${origin} says. What that mirror serves could not be compared with the release.`,
    span,
  }));
}

interface Mirror {
  readonly url: string;
  readonly at: Address;
  /** For messages: `nodeDownloadMirrors in pnpm-workspace.yaml`. */
  readonly origin: string;
  /** The person's own setting, and not the project's. */
  readonly isPersonal: boolean;
  readonly kind: ConfigKind;
  /** The setting's value, in its file. */
  readonly span: Span;
}

/** https://pnpm.io/settings#nodedownloadmirrors; in `.npmrc`, `node-mirror:<channel>` */
function mirrorsIn(files: readonly PolicyFile[]): readonly Mirror[] {
  return files.flatMap((file) =>
    pnpmLayers([file], null).flatMap(({ layer, isIni }) => {
      const map = isIni ? layer.settings : entryAt(layer.settings, "nodeDownloadMirrors")?.value;
      if (map?.kind !== "map") return [];
      return [...map.entries.values()].flatMap(({ key, value }): readonly Mirror[] => {
        if (value.kind !== "scalar" || (isIni && !key.startsWith("node-mirror:"))) return [];
        const written = layer.filled(value.text);
        const url = written?.endsWith("/") === false ? `${written}/` : written;
        const at = addressOf(url);
        if (url === null || at === null) return [];
        const origin = `${oneLine(isIni ? key : "nodeDownloadMirrors", 60)} in ${layer.name}`;
        const kind = isIni ? "npmrc" : "pnpm-workspace";
        return [{ url, at, origin, isPersonal: personal([file]).length > 0, kind, span: value.span }];
      });
    }),
  );
}

/** The setting by which pnpm runs scripts with a Node.js that it downloads. */
const NODE_SETTINGS: Partial<Readonly<Record<ConfigKind, string>>> = {
  "pnpm-workspace": "useNodeVersion",
  npmrc: "use-node-version",
};

/** Until pnpm 10; what is downloaded is compared with nothing, or with what the mirror says: tried with 9.15. */
export function mirroredNode(
  own: readonly PolicyFile[],
  { version, range }: Pick<Manager, "version" | "range">,
): readonly MirroredNode[] {
  const layers = pnpmLayers(own, version);
  const isStated = layers.some(({ layer, isIni }) => {
    const key = NODE_SETTINGS[isIni ? "npmrc" : "pnpm-workspace"];
    return key !== undefined && entryAt(layer.settings, key) !== null;
  });
  const mayBeOld = version === null ? intersects(range ?? "*", "<11.0.0-0") : lt(version, FIRST_WITHOUT_NPMRC);
  if (!isStated || !mayBeOld) return [];
  return mirrorsIn(own)
    .filter(({ at }) => !at.isSecure || !ORIGINS.get("node")?.some(({ host }) => host === at.host))
    .map(({ url, origin, kind, span }) => ({
      severity: "warning",
      message: `${origin} has pnpm run a Node.js from ${oneLine(url, 120)}, whose contents no lockfile states. Remove the setting.`,
      at: { kind, span },
    }));
}

export interface MirroredNode {
  readonly severity: "warning";
  readonly message: string;
  /** The setting's value. */
  readonly at: { readonly kind: ConfigKind; readonly span: Span };
}
