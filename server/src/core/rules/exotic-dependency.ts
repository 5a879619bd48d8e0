import { dependenciesOf, exoticOf } from "../facts/added.ts";
import type { ExoticDependency } from "../facts/added.ts";
import { establishedBaseline } from "../facts/established.ts";
import type { ReleaseFacts } from "../facts/package.ts";
import { releaseOf } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { oneLine } from "../util/sanitize.ts";
import { listed } from "../util/words.ts";
import { isRecent } from "./fresh.ts";
import type { Rule } from "./rule.ts";

export const exoticDependency: Rule = {
  meta: {
    id: "exotic-dependency",
    says: "pulls in code that no registry serves: a git commit or an address, which can run its `prepare` script on install",
    severity: "warning",
    rises: "error when newly added and the release is fresh",
  },
  fixes: [changeVersion],
  isOfServed: true,
  check: (subject, context) => {
    const release = releaseOf(subject);
    if (!release.known) return [];
    const own = dependenciesOf(release.value).flatMap((dependency) => exoticOf(dependency, []) ?? []);
    const added = subject.added?.exotic ?? [];
    const known = new Set(added.map(({ path }) => path.join("\n")));
    const all = [...added, ...own.filter(({ path }) => !known.has(path.join("\n")))];
    if (all.length === 0) return [];
    const baseline = establishedBaseline(subject, context.cooldown.ms);
    // A first release has nothing to be compared with: while it is fresh, all that it pulls in is new.
    const isFirst = subject.added === null && isRecent(subject, context) && baseline === null;
    const isNew = added.length > 0 || isFirst;
    const compared = isFirst
      ? " No established version came before it."
      : subject.added === null || !isNew
        ? ""
        : ` Compared with ${subject.added.comparedWith}.`;
    const moved = added.length === 0 ? [] : all.filter((one) => isOtherCommit(one, baseline));
    const others = all.filter((one) => !moved.includes(one));
    const clause = [
      ...(others.length === 0 ? [] : [`${added.length > 0 ? "newly pulls in" : "pulls in"} ${describeAll(others)}`]),
      ...(moved.length === 0 ? [] : [`now pulls another commit of ${describeAll(moved)}`]),
    ].join(" and ");
    return [
      {
        ...(isNew && isRecent(subject, context) ? { severity: "error" as const } : {}),
        message: `${subject.name} ${subject.version} ${clause}. No registry serves it, so its age and its scripts cannot be checked.${compared}`,
        ...(isNew ? { signal: { kind: "exotic" as const, weight: 6, clause } } : {}),
      },
    ];
  },
};

const MOST_TOLD = 2;

const FROM: Readonly<Record<ExoticDependency["source"], string>> = {
  git: "from git",
  tarball: "from an address",
  file: "from a folder",
};

/** The established version before it has the same repository under the name, at another commit. */
function isOtherCommit(
  { path: [alias = "", ...below], source, raw }: ExoticDependency,
  before: ReleaseFacts | null,
): boolean {
  const earlier = before?.dependencies.get(alias);
  return source === "git" && below.length === 0 && earlier !== undefined && repositoryOf(earlier) === repositoryOf(raw);
}

/** As written, without what stands behind `#`, in one spelling for those of GitHub. */
function repositoryOf(raw: string): string {
  const address = (raw.trim().split("#", 1)[0] ?? "").replace(/^git\+/, "").replace(/\.git$/, "");
  return address.replace(/^(?:github:|(?:ssh:\/\/)?git@github\.com[:/]|git:\/\/github\.com\/)/, "https://github.com/");
}

function describeAll(dependencies: readonly ExoticDependency[]): string {
  return listed(dependencies.map(describe), MOST_TOLD, " and ");
}

function describe({ path, source, raw }: ExoticDependency): string {
  return `${oneLine(path.join(" › "), 80)} ${FROM[source]} (${oneLine(raw, 80)})`;
}
