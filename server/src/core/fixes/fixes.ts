/** From a judged release and the manifests as they stand now to the edits that mend it. */
import { documentKind, formatOf } from "../documents/index.ts";
import { readManifest } from "../documents/manifest.ts";
import type { SafeVersions } from "../engine/finding.ts";
import type { Judged } from "../engine/report.ts";
import { fileNameOf } from "../engine/uri.ts";
import type { Manifest } from "../model.ts";
import type { PinStyle } from "../settings.ts";
import { applyEdits, smallestEdit } from "./edit.ts";
import type { Edit } from "./edit.ts";
import { flatOverride } from "./flat-override.ts";
import { npmOverride } from "./override.ts";
import type { NpmOverride } from "./override.ts";
import { pin } from "./pin.ts";

/** A manifest's text as it stands now. */
export interface ManifestText {
  readonly uri: string;
  readonly text: string;
  readonly model: Manifest;
  /** "" for the root. */
  readonly importer: string;
}

export interface FileEdit extends Edit {
  readonly uri: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly FileEdit[];
  /** The one to take when only one is taken. */
  readonly preferred: boolean;
}

export interface FixInput {
  readonly judged: Judged;
  /** All judged releases of the project, to find the one that brings this one in. */
  readonly all: readonly Judged[];
  /** From the project down to the package. */
  readonly path: readonly string[];
  readonly manifests: readonly ManifestText[];
  readonly pinStyle: PinStyle;
}

/** The ways to mend a finding, best first; empty where no safe version is known. */
export function fixesFor(input: FixInput): readonly Fix[] {
  const { judged } = input;
  const own = judged.safe === null ? [] : choices(judged.safe).map(({ version, note }) => (judged.target.direct ? pinFix(input, judged, version, note) : overrideFix(input, version, note)));
  // To do away with a package is better than to keep another version of it, by an override that nobody takes out again.
  const ancestor = judged.target.direct ? null : ancestorFix(input);
  const fixes = (ancestor?.isProven === true ? [ancestor.fix, ...own] : [...own, ancestor?.fix ?? null]).filter((fix) => fix !== null);
  return fixes.map((fix, index) => ({ ...fix, preferred: index === 0 }));
}

type UnrankedFix = Omit<Fix, "preferred">;

/** Both "previous good" and "newest safe" are offered where they differ. */
function choices({ preferred, previous, newest }: SafeVersions): readonly { version: string; note: string }[] {
  const versions = [...new Set([preferred, previous, newest])].filter((version) => version !== null);
  return versions.map((version) => ({
    version,
    note: versions.length === 1 ? "" : version === previous ? " (previous good version)" : version === newest ? " (newest safe version)" : " (newest safe version in range)",
  }));
}

function pinFix({ manifests, pinStyle }: FixInput, { subject }: Judged, version: string, note: string): UnrankedFix | null {
  const edits = manifests.flatMap(({ uri, model }) => pin(model, subject.name, subject.version, version, pinStyle).map((edit) => ({ ...edit, uri })));
  return edits.length === 0 ? null : { title: `Pin ${subject.name} to ${version}${note}`, edits };
}

function overrideFix({ manifests, judged, all }: FixInput, version: string, note: string): UnrankedFix | null {
  const root = manifests.find(({ importer }) => importer === "");
  if (root === undefined) return null;
  // Nothing is added to a text that cannot be read whole: where it would end up is not certain.
  if (root.model.problems.length > 0) return null;
  const { name, version: from } = judged.subject;
  const isSelective = all.some(({ subject }) => subject.name === name && subject.version !== from);
  const edits = overrideEdits(root, judged, { name, from, to: version, isSelective });
  return edits.length === 0 ? null : { title: `Override ${name} with ${version}${note}`, edits: edits.map((edit) => ({ ...edit, uri: root.uri })) };
}

/** In the manner of the package manager whose lockfile holds the package. Only npm's can leave other versions alone. */
function overrideEdits({ text, model }: ManifestText, { target }: Judged, override: NpmOverride): readonly Edit[] {
  const [place] = target.locked;
  const kind = place === undefined ? null : documentKind(fileNameOf(place.uri));
  const format = kind === null || kind === "package-json" ? "npm" : formatOf(kind);
  if (format === "npm") return npmOverride(text, override);
  if (override.isSelective) return [];
  switch (format) {
    case "yarn-classic":
    case "yarn-berry":
      return flatOverride(text, ["resolutions"], override.name, override.to);
    case "bun":
      return flatOverride(text, ["overrides"], override.name, override.to);
    case "pnpm":
      // Where it is used already; else pnpm 10 and newer want it in pnpm-workspace.yaml.
      return model.overrides.some(({ field }) => field === "pnpm.overrides") ? flatOverride(text, ["pnpm", "overrides"], override.name, override.to) : [];
  }
}

/**
 * Where the direct dependency at the head of the path is itself to be pinned, to a version that does not ask for the
 * next one; not proven where what that version asks for is not known.
 */
function ancestorFix(input: FixInput): { readonly fix: UnrankedFix; readonly isProven: boolean } | null {
  const [head, next] = input.path;
  if (next === undefined) return null;
  const ancestor = input.all.find(({ target, safe }) => safe !== null && target.direct && target.locked.some(({ locked }) => locked.alias === head));
  if (ancestor === undefined || ancestor.safe === null) return null;
  const { package: facts, name } = ancestor.subject;
  const version = ancestor.safe.preferred;
  const release = facts.known ? facts.value.releases.get(version) : undefined;
  const fix = release?.dependencies.has(next) === true ? null : pinFix(input, ancestor, version, "");
  if (fix === null) return null;
  const broughtIn = input.judged.subject.name;
  const title = release === undefined ? `Pin ${name}, which brings in ${broughtIn}, to ${version}` : `${fix.title}, which brings in ${broughtIn} no more`;
  return { fix: { ...fix, title }, isProven: release !== undefined };
}

/**
 * Applies the preferred fix of every release given, one after the other; one edit a file. What an earlier one has
 * already mended (two packages that one pin does away with) needs nothing more.
 */
export function fixAll(inputs: readonly Omit<FixInput, "manifests">[], manifests: readonly ManifestText[]): readonly FileEdit[] {
  let current = manifests;
  for (const input of inputs) {
    const [wanted] = fixesFor({ ...input, manifests });
    const best = wanted && fixesFor({ ...input, manifests: current }).find(({ title }) => title === wanted.title);
    if (best !== undefined) current = current.map((manifest) => applied(manifest, best));
  }
  return current.flatMap(({ uri, text }, index) => {
    const edit = smallestEdit(manifests[index]?.text ?? "", text);
    return edit === null ? [] : [{ ...edit, uri }];
  });
}

function applied(manifest: ManifestText, fix: Fix): ManifestText {
  const edits = fix.edits.filter(({ uri }) => uri === manifest.uri);
  if (edits.length === 0) return manifest;
  const text = applyEdits(manifest.text, edits);
  return { ...manifest, text, model: readManifest(text) };
}
