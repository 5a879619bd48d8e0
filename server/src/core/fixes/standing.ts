/** The overrides that a project has already, and what they are about. */
import { satisfies, validRange } from "semver";
import { mapAt } from "../documents/config/tree.ts";
import { lastOfChain, lastOfPath, overrideTarget } from "../documents/override-key.ts";
import { parseSpecifier } from "../documents/specifier.ts";
import type { DeclaredOverride, LockfileFormat } from "../model.ts";
import type { Parent } from "./held.ts";
import { pinEntry, takes } from "./pin.ts";
import type { Pin } from "./pin.ts";
import { pnpmHomes } from "./pnpm-home.ts";
import { configOf, rootOf } from "./texts.ts";
import type { FileEdit, ProjectTexts } from "./texts.ts";

export interface Standing {
  readonly uri: string;
  readonly override: DeclaredOverride;
  /** Its value may be replaced as it stands. */
  readonly isReplaceable: boolean;
  /** The package manager whose lockfile this is about goes by it. */
  readonly counts: boolean;
}

/** Every override in the project's files. */
export function standingIn(texts: ProjectTexts, format: LockfileFormat | null, formatVersion: string | null): readonly Standing[] {
  const root = rootOf(texts);
  const homes = format === "pnpm" ? pnpmHomes(texts, formatVersion) : null;
  const fields: Readonly<Record<LockfileFormat, readonly DeclaredOverride["field"][]>> = {
    npm: ["overrides"],
    "yarn-classic": ["resolutions"],
    "yarn-berry": ["resolutions"],
    pnpm: homes?.inManifest === true ? ["pnpm.overrides", "resolutions"] : [],
    bun: ["overrides", "resolutions"],
  };
  const own = texts.manifests.flatMap(({ uri, model }) =>
    model.overrides.map((override): Standing => ({ uri, override, isReplaceable: true, counts: uri === root?.uri && format !== null && fields[format].includes(override.field) })),
  );
  const file = format === null || format === "pnpm" ? configOf(texts, "pnpm-workspace") : null;
  if (file === null) return own;
  const entries = [...mapAt(file.tree.root, "overrides").entries.values()];
  return [
    ...own,
    ...entries.flatMap(({ key, keySpan, value }): readonly Standing[] => {
      if (value.kind !== "scalar" || value.text === "" || value.text === "-") return [];
      const { name } = overrideTarget("pnpm.overrides", key);
      const override: DeclaredOverride = { field: "pnpm.overrides", keys: [key], name, raw: value.text, specifier: parseSpecifier(name, value.text), nameSpan: keySpan, specSpan: value.span };
      return [{ uri: file.uri, override, isReplaceable: value.isReplaceable, counts: homes?.inWorkspaceFile === true }];
    }),
  ];
}

/** Sets those that would give the version that is to go. */
export function pinStanding({ uri, override, isReplaceable }: Standing, wanted: Pin): readonly FileEdit[] {
  return isReplaceable ? pinEntry(override, wanted).map((edit) => ({ ...edit, uri })) : [];
}

/** Whether an override, once it is set, gives a package what it asks for under a name, and that is not the version that is to go. */
export function covers(standing: Standing, alias: string, parent: Parent, format: LockfileFormat, wanted: Pin): boolean {
  const { override, counts } = standing;
  const { parents, range } = aboutOf(override);
  if (!counts || override.name !== alias || !meets(range, wanted.from) || !isBelow(override, parents, parent, format)) return false;
  if (override.specifier.source !== "registry" || override.specifier.name !== wanted.name) return false;
  // What refers to the direct dependency follows it.
  return !takes(override.specifier, wanted.name, wanted.from) || override.raw.startsWith("$") || pinStanding(standing, wanted).length > 0;
}

function isBelow({ field, keys }: DeclaredOverride, parents: readonly string[], { locked, isDirect }: Parent, format: LockfileFormat): boolean {
  const [above] = parents;
  if (above === undefined) return true;
  if (parents.length > 1) return false;
  const { name, range } = partsOf(above);
  if (name !== (format === "pnpm" ? locked.name : locked.alias) || !meets(range, locked.version)) return false;
  // Without stars Yarn 1 takes a path from the project's own dependencies on.
  return field !== "resolutions" || format !== "yarn-classic" || isDirect || (keys[0] ?? "").startsWith("**/");
}

/** The packages above, from the outside in, each with its range, and the range of the overridden one. */
function aboutOf({ field, keys }: DeclaredOverride): { readonly parents: readonly string[]; readonly range: string } {
  const chain = field === "overrides" ? keys.filter((key) => key !== ".") : split(keys[0] ?? "", field === "resolutions" ? lastOfPath : lastOfChain).filter((key) => key !== "**");
  return { parents: chain.slice(0, -1), range: partsOf(chain.at(-1) ?? "").range };
}

/** No key of an override comes near. */
const LONGEST = 2_000;

function split(key: string, lastOf: (key: string) => number): readonly string[] {
  if (key.length > LONGEST) return [key];
  const parts: string[] = [];
  for (let rest = key; ; ) {
    const at = lastOf(rest);
    parts.unshift(rest.slice(at));
    if (at === 0) return parts;
    rest = rest.slice(0, at - 1);
  }
}

function partsOf(descriptor: string): { readonly name: string; readonly range: string } {
  const at = descriptor.indexOf("@", 1);
  return at === -1 ? { name: descriptor, range: "" } : { name: descriptor.slice(0, at), range: descriptor.slice(at + 1).replace(/^npm:/, "") };
}

/** npm and pnpm ask whether the edge's range and the key's have versions in common; the version that the edge takes is one. */
function meets(range: string, version: string): boolean {
  return range === "" || validRange(range) === null || satisfies(version, range, { loose: true, includePrerelease: true });
}
