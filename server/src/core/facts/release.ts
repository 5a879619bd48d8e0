/** Reads one version's manifest inside a packument. */
import { binarySourcesFrom } from "./binary-sources.ts";
import { calledScripts } from "./called-scripts.ts";
import type { Distribution, InstallScripts, PackageFacts, Publisher, ReleaseFacts } from "./package.ts";
import { own, ownRecord, ownText, recordOf, type RawRecord } from "./raw.ts";

/** What the packument as a whole shows of its releases. */
export interface PackumentForm {
  /** The package's. */
  readonly name: string;
  readonly detail: PackageFacts["detail"];
  /** Some version states a field that only whole manifests have, so a script that is not there does not exist. */
  readonly manifestsWhole: boolean;
  /** In this abbreviated form a missing `hasInstallScript` means that there is none. */
  readonly absentFlagMeansNone: boolean;
}

/** Longest script or deprecation text kept, in UTF-16 code units. */
export const LONGEST_TEXT = 64 * 1024;

/** Fields of the full form that the abbreviated one never has. */
export function statesManifest(manifest: RawRecord): boolean {
  return ["_id", "_npmUser", "scripts"].some((field) => Object.hasOwn(manifest, field));
}

export function statesInstallFlag(manifest: RawRecord): boolean {
  return typeof own(manifest, "hasInstallScript") === "boolean";
}

export function releaseFactsFrom(version: string, manifest: RawRecord, form: PackumentForm): ReleaseFacts {
  const dist = ownRecord(manifest, "dist");
  const gypfile = own(manifest, "gypfile");
  const gyp = typeof gypfile === "boolean" ? gypfile : null;
  const texts = form.manifestsWhole ? scriptsFrom(manifest) : NO_SCRIPTS;
  const { scripts } = texts;
  const hasInstallScript = runsInstallScript(manifest, scripts, gyp, form);
  return {
    version,
    deprecated: deprecationFrom(own(manifest, "deprecated")),
    hasInstallScript,
    ...texts,
    gypfile: gyp,
    publisher: publisherFrom(manifest),
    provenance: provenanceFrom(dist, form),
    dependencies: dependenciesFrom(manifest),
    optional: optionalFrom(manifest),
    peers: peersFrom(manifest),
    bundled: bundledFrom(manifest),
    bin: binFrom(manifest, form.name),
    binarySources: scripts !== null && hasInstallScript === true ? binarySourcesFrom(manifest) : NO_SOURCES,
  };
}

export function distributionFrom(manifest: RawRecord): Distribution {
  const dist = ownRecord(manifest, "dist");
  return {
    tarball: dist === null ? null : ownText(dist, "tarball"),
    integrity: dist === null ? null : ownText(dist, "integrity"),
    shasum: dist === null ? null : shasumFrom(dist),
  };
}

function shasumFrom(dist: RawRecord): string | null {
  const shasum = ownText(dist, "shasum");
  return shasum !== null && /^[0-9a-f]{40}$/i.test(shasum) ? shasum : null;
}

/** Most scripts kept that install scripts run by name. */
const MOST_CALLED = 50;

/** Most scripts that are searched for those. */
const MOST_SCRIPTS = 1000;

type ScriptTexts = Pick<ReleaseFacts, "scripts" | "calledScripts" | "scriptsCut">;

const NO_SCRIPTS: ScriptTexts = { scripts: null, calledScripts: new Map(), scriptsCut: false };

/**
 * As much of the install scripts, and of those that they run by name, as is looked at: together no more than a text may be
 * long. An empty script is none: npm runs nothing for it (@npmcli/run-script, `scripts[event]` must be truthy).
 */
function scriptsFrom(manifest: RawRecord): ScriptTexts {
  const stated = ownRecord(manifest, "scripts") ?? {};
  let room = LONGEST_TEXT;
  let scriptsCut = false;
  const text = (event: string): string | undefined => {
    const whole = ownText(stated, event);
    if (whole === null) return undefined;
    const kept = whole.slice(0, room);
    scriptsCut ||= kept.length < whole.length;
    room -= kept.length;
    return kept;
  };
  const [preinstall, install, postinstall] = [text("preinstall"), text("install"), text("postinstall")];
  const scripts: InstallScripts = {
    ...(preinstall === undefined ? {} : { preinstall }),
    ...(install === undefined ? {} : { install }),
    ...(postinstall === undefined ? {} : { postinstall }),
  };
  const texts = Object.values(scripts);
  if (texts.length === 0) return { ...NO_SCRIPTS, scripts };
  const all = Object.entries(stated).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
  );
  scriptsCut ||= all.length > MOST_SCRIPTS;
  let left = MOST_CALLED;
  const calledOnes = calledScripts(texts, new Map(all.slice(0, MOST_SCRIPTS)), (own) => {
    const isTaken = left > 0 && own.length <= room;
    scriptsCut ||= !isTaken;
    left -= 1;
    room -= own.length;
    return isTaken;
  });
  return { scripts, calledScripts: calledOnes, scriptsCut };
}

/**
 * `gypfile: true` makes npm run `node-gyp rebuild` even where no script is stated
 * (@npmcli/arborist, rebuild.js: `isGyp && !scripts.install && !scripts.preinstall`).
 */
function runsInstallScript(
  manifest: RawRecord,
  scripts: InstallScripts | null,
  gypfile: boolean | null,
  form: PackumentForm,
): boolean | null {
  const flag = own(manifest, "hasInstallScript");
  if (flag === true || gypfile === true) return true;
  if (scripts !== null) return Object.keys(scripts).length > 0;
  if (flag === false) return false;
  return form.detail === "abbreviated" && form.absentFlagMeansNone ? false : null;
}

/** An empty string undoes a deprecation; `true` is one without a word. */
function deprecationFrom(value: unknown): string | null {
  if (value === true) return "deprecated";
  return typeof value === "string" && value !== "" ? value.slice(0, LONGEST_TEXT) : null;
}

function publisherFrom(manifest: RawRecord): Publisher | null {
  const user = ownRecord(manifest, "_npmUser");
  const name = user === null ? null : ownText(user, "name");
  if (user === null || name === null) return null;
  const trusted = ownRecord(user, "trustedPublisher");
  return {
    name,
    trustedPublisher: trusted === null ? null : (ownText(trusted, "oidcConfigId") ?? ownText(trusted, "id") ?? ""),
    approved: own(user, "approver") !== undefined && own(user, "approver") !== null,
  };
}

function provenanceFrom(dist: RawRecord | null, form: PackumentForm): boolean | null {
  const attestations = dist === null ? null : ownRecord(dist, "attestations");
  if (attestations !== null && ownRecord(attestations, "provenance") !== null) return true;
  return form.detail === "full" ? false : null;
}

/**
 * What npm installs along with it. Peers too, from npm 7 on, but for those marked optional:
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#peerdependencies
 */
function dependenciesFrom(manifest: RawRecord): ReadonlyMap<string, string> {
  const dependencies = new Map<string, string>();
  for (const section of ["dependencies", "optionalDependencies", "peerDependencies"]) {
    for (const [alias, specifier] of Object.entries(ownRecord(manifest, section) ?? {})) {
      if (typeof specifier !== "string" || alias === "") continue;
      if (section !== "peerDependencies" || (!dependencies.has(alias) && !isOptionalPeer(manifest, alias)))
        dependencies.set(alias, specifier);
    }
  }
  return dependencies;
}

/** An optional dependency replaces another of its name: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#optionaldependencies */
function optionalFrom(manifest: RawRecord): ReadonlySet<string> {
  const all = Object.entries(ownRecord(manifest, "optionalDependencies") ?? {});
  return new Set(all.flatMap(([alias, specifier]) => (typeof specifier === "string" && alias !== "" ? [alias] : [])));
}

function peersFrom(manifest: RawRecord): ReadonlyMap<string, string> {
  const named = Object.keys(ownRecord(manifest, "peerDependenciesMeta") ?? {});
  const peers = new Map(named.filter((alias) => alias !== "").map((alias) => [alias, "*"]));
  for (const [alias, specifier] of Object.entries(ownRecord(manifest, "peerDependencies") ?? {}))
    if (typeof specifier === "string" && alias !== "") peers.set(alias, specifier);
  return peers;
}

/** `true` stands for all dependencies. npm reads both spellings: @npmcli/package-json, `bundleDependencies`. */
function bundledFrom(manifest: RawRecord): ReadonlySet<string> {
  const bundled = new Set<string>();
  for (const field of ["bundleDependencies", "bundledDependencies"]) {
    const stated = own(manifest, field);
    const names = stated === true ? Object.keys(ownRecord(manifest, "dependencies") ?? {}) : stated;
    for (const name of Array.isArray(names) ? (names as readonly unknown[]) : [])
      if (typeof name === "string" && name !== "") bundled.add(name);
  }
  return bundled;
}

const NO_COMMANDS: ReadonlySet<string> = new Set();
const NO_SOURCES: ReadonlyMap<string, string> = new Map();

/**
 * A text is the command of the package's own name, without its scope; of an object the keys count, of an array the file
 * names. npm-normalize-package-bin, lib/index.js; pnpm and Yarn take no others.
 */
function binFrom(manifest: RawRecord, name: string): ReadonlySet<string> | null {
  const stated = own(manifest, "bin");
  const commands = stated === undefined ? NO_COMMANDS : new Set(commandsIn(stated, name));
  if (commands.size > 0) return commands;
  const directories = ownRecord(manifest, "directories");
  return directories !== null && ownText(directories, "bin") !== null ? null : NO_COMMANDS;
}

function commandsIn(bin: unknown, name: string): readonly string[] {
  const entries =
    typeof bin === "string"
      ? [[name, bin] as const]
      : Array.isArray(bin)
        ? (bin as readonly unknown[]).flatMap((file) => (typeof file === "string" ? [[file, file] as const] : []))
        : Object.entries(recordOf(bin) ?? {});
  return entries.flatMap(([command, file]) => {
    const base = /[/\\:]/.test(command) ? command.split(/[/\\:]/).findLast((part) => part !== "") : command;
    const isNamed = base !== undefined && base !== "" && base !== "." && base !== "..";
    return isNamed && typeof file === "string" && file !== "" ? [base] : [];
  });
}

function isOptionalPeer(manifest: RawRecord, alias: string): boolean {
  const meta = ownRecord(manifest, "peerDependenciesMeta");
  const stated = meta === null ? null : ownRecord(meta, alias);
  return stated !== null && own(stated, "optional") === true;
}
