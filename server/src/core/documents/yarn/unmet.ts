import { satisfies, valid, validRange } from "semver";
import type { Manifest } from "../../model.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import { LONGEST_SPECIFIER } from "../limits.ts";
import { UnmetEdges } from "../unmet.ts";
import type { Body } from "./body.ts";
import { nameEnd } from "./descriptor.ts";
import { workspacePath } from "./identity.ts";
import type { Manifests } from "./manifests.ts";
import type { Descriptors } from "./resolve.ts";

/**
 * Reports what packages ask for that Yarn finds no entry for, and installs anew: it goes by the descriptor, and not by
 * whether the version of another entry would fit. Yarn 1 also drops an entry whose version does not fit its own descriptor
 * (`isLockfileEntryOutdated` in package-resolver.js); Yarn 2 and up believe it. What the project and its workspaces ask
 * for themselves is judged by their manifests. Without the manifests it is not known what `resolutions` and workspaces
 * stand for. Tried: Yarn 1.22, Yarn 4.18.
 */
export function* checkUnmet(body: Body, { root, workspaces }: Manifests, descriptors: Descriptors): Task<void> {
  if (!body.problems.isEmpty || root === null || root.problems.length > 0) return;
  const isClassic = body.flavour === "classic";
  if (isClassic && root.workspaces.length > 0 && workspaces.size === 0) return;
  const unmet = new UnmetEdges();
  const versions = new Map([...workspaces.values()].map(({ name, version }: Manifest) => [name ?? "", version]));
  const isWorkspace = (alias: string, range: string): boolean => {
    const version = isClassic ? versions.get(alias) : undefined;
    return version !== undefined && (version === null || isUnread(range) || satisfies(version, range, { loose: true }));
  };
  const { entries, needs } = body;
  const isLeftOut = (at: number): boolean => isClassic && needs.isOptional(at) && !descriptors.hasName(needs.alias(at));
  let work = 0;
  for (const entry of entries) {
    if (!isClassic && workspacePath(body, entry) !== null) continue;
    const parent = body.aliasOf(entry);
    const locator = isClassic ? null : entry.resolved;
    for (let at = entry.firstNeed; at < entry.lastNeed; at++) {
      if (++work % PASS_STRIDE === 0) yield;
      const [alias, range] = [needs.alias(at), needs.range(at)];
      if (!descriptors.holds(alias, range, parent, locator) && !isWorkspace(alias, range) && !isLeftOut(at))
        unmet.add({ alias, raw: range, span: needs.rangeSpan(at) });
    }
    if (isClassic) seeOutdated(body, entry, descriptors, unmet);
  }
  unmet.report(body.problems);
}

function seeOutdated(
  body: Body,
  entry: Body["entries"][number],
  { resolutions }: Descriptors,
  unmet: UnmetEdges,
): void {
  const version = body.versionOf(entry);
  for (const descriptor of body.descriptorsOf(entry)) {
    const at = nameEnd(descriptor);
    const [alias, range] = [descriptor.slice(0, at), descriptor.slice(at + 1)];
    if (range === "" || range === version || isUnread(range) || valid(version, { loose: true }) === null) continue;
    if (!satisfies(version, range, { loose: true }) && !resolutions.has(alias))
      unmet.add({ alias, raw: range, span: { start: entry.versionStart, end: entry.versionEnd } });
  }
}

/** What is no range, but a tag or an address. */
function isUnread(range: string): boolean {
  return range.length > LONGEST_SPECIFIER || validRange(range, { loose: true }) === null;
}
