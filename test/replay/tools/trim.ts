/** From a packument to the few facts that the replay keeps of it. */
import { compare, major, prerelease, valid } from "semver";
import { calledScripts } from "../../../server/src/core/facts/called-scripts.ts";
import { ownRecord, ownText, type RawRecord } from "../../../server/src/core/facts/raw.ts";
import type { ReleaseData } from "../data.ts";

export interface Timed {
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Stable versions with their times, lowest version first. */
export function stableVersions(packument: RawRecord): readonly Timed[] {
  const times = ownRecord(packument, "time") ?? {};
  return Object.keys(ownRecord(packument, "versions") ?? {})
    .filter((version) => valid(version) !== null && prerelease(version) === null)
    .flatMap((version) => {
      const at = ownText(times, version);
      return at === null ? [] : [{ version, at: new Date(at).toISOString() }];
    })
    .sort((a, b) => compare(a.version, b.version));
}

/** The mirror that the data comes from was first filled until this day: times before it are of mirroring. */
export const FILLED = "2025-01-15";
/** As many versions of one package within an hour are a mirror catching up, not a project releasing. */
const CATCHING_UP = 4;

/** Whose time is that of its publication, as far as the times themselves can tell. */
export function dated(versions: readonly Timed[]): readonly Timed[] {
  const hours = new Map<string, number>();
  for (const { at } of versions) hours.set(at.slice(0, 13), (hours.get(at.slice(0, 13)) ?? 0) + 1);
  // Going down, no release of a major is younger than a higher one of it.
  const earliestAbove = new Map<number, string>();
  const inOrder = versions.toReversed().filter(({ version, at }) => {
    const above = earliestAbove.get(major(version));
    if (above !== undefined && at > above) return false;
    earliestAbove.set(major(version), at);
    return true;
  });
  return inOrder
    .reverse()
    .filter((one) => !isOfOldLine(one, versions))
    .filter(({ at }) => at >= FILLED && (hours.get(at.slice(0, 13)) ?? 0) < CATCHING_UP);
}

/** A release two majors behind what was there already is mostly an old one that somebody has just asked the mirror for. */
function isOfOldLine({ version, at }: Timed, versions: readonly Timed[]): boolean {
  return versions.some((other) => major(other.version) >= major(version) + 2 && other.at < at);
}

/** Whether a mirror holds a package from its beginning: its lowest version is one that packages begin with. */
export function hasBeginning(versions: readonly Timed[]): boolean {
  const [lowest] = versions;
  return lowest !== undefined && lowest.at >= FILLED && /^(0\.0\.\d|0\.1\.0|1\.0\.[01])$/.test(lowest.version);
}

const SCRIPTS = ["preinstall", "install", "postinstall"];
/** Characters of a script that stay; more is hardly read by anybody. */
const LONGEST_SCRIPT = 300;

export function releaseData(
  packument: RawRecord,
  { version, at }: Timed,
): Required<Pick<ReleaseData, "at" | "dependencies" | "optionalDependencies">> & ReleaseData {
  const manifest = ownRecord(ownRecord(packument, "versions") ?? {}, version) ?? {};
  const all = new Map(Object.entries(textsOf(manifest, "scripts")).filter(([, text]) => text !== ""));
  const own = SCRIPTS.flatMap((name) => {
    const text = all.get(name);
    return text === undefined ? [] : [[name, text] as const];
  });
  const called = calledScripts(
    own.map(([, text]) => text),
    all,
  );
  const scripts = Object.fromEntries([...own, ...called].map(([name, text]) => [name, text.slice(0, LONGEST_SCRIPT)]));
  return {
    at,
    ...(Object.keys(scripts).length === 0 ? {} : { scripts }),
    dependencies: textsOf(manifest, "dependencies"),
    optionalDependencies: textsOf(manifest, "optionalDependencies"),
    ...(manifest["gypfile"] === true ? { gypfile: true } : {}),
  };
}

function textsOf(manifest: RawRecord, field: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ownRecord(manifest, field) ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

/** Leaves out dependencies whose names are those of the release before: their ranges alone are no news to any rule. */
export function deltas(
  releases: readonly (readonly [string, ReturnType<typeof releaseData>])[],
): Record<string, ReleaseData> {
  const result: Record<string, ReleaseData> = {};
  let before: Record<"dependencies" | "optionalDependencies", string> = { dependencies: "", optionalDependencies: "" };
  for (const [version, { dependencies, optionalDependencies, ...rest }] of releases) {
    const now = { dependencies: names(dependencies), optionalDependencies: names(optionalDependencies) };
    result[version] = {
      ...rest,
      ...(now.dependencies === before.dependencies ? {} : { dependencies }),
      ...(now.optionalDependencies === before.optionalDependencies ? {} : { optionalDependencies }),
    };
    before = now;
  }
  return result;
}

/** What comes from elsewhere than a registry counts with its address. */
function names(dependencies: Readonly<Record<string, string>>): string {
  return Object.entries(dependencies)
    .map(([alias, raw]) => (/[:/]/.test(raw) ? `${alias} ${raw}` : alias))
    .sort()
    .join("\n");
}

/** At most so many, evenly over time, oldest first. */
export function spread(list: readonly Timed[], most: number): readonly Timed[] {
  const byTime = list.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  if (byTime.length <= most) return byTime;
  return Array.from({ length: most }, (_, index) => byTime[Math.floor((index * byTime.length) / most)]).filter(
    (one) => one !== undefined,
  );
}
