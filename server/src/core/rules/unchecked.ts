import { unknown } from "../facts/fact.ts";
import { SCRIPT_TOO_LONG } from "../facts/install-scripts.ts";
import type { Unknown, UnknownCode } from "../facts/fact.ts";
import { LONGEST_NAME, LONGEST_VERSION } from "../documents/limits.ts";
import { releaseOf } from "../facts/subject.ts";
import { oneLine } from "../util/sanitize.ts";
import type { Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { listed } from "../util/words.ts";
import type { Rule, RuleContext, Verdict } from "./rule.ts";
import { hasUnnamedCommands } from "./shadowed-command.ts";
import { untoldHost } from "./tarball-origin.ts";

export const unchecked: Rule = {
  meta: {
    id: "unchecked",
    says: "could not be checked, and why",
    severity: "information",
  },
  fixes: [changeVersion],
  check: (subject, context) => {
    const gaps = [...packageGaps(subject), ...commandGaps(subject, context), ...advisoryGaps(subject)];
    const asked = gaps.filter(({ unknown }) => unknown.code !== "offline");
    const told = asked.length === gaps.length ? gaps : [...asked, offlineGap(subject)];
    return [...told, ...originGaps(subject, context)];
  },
};

/** Codes that come from a package's own registry, or from what is known of it, and not from an advisory service. */
const OF_ITS_REGISTRY: ReadonlySet<UnknownCode> = new Set(["private", "refused", "unauthorized"]);

/** A package that its own registry did not tell of is not told a second time for that registry's advisories. */
function advisoryGaps(subject: Subject): readonly Gap[] {
  const missing = subject.advisories.missing.filter(({ code }) => subject.package.known || !OF_ITS_REGISTRY.has(code));
  return missing.map((fact) => gap(subject, "could not be checked against advisories", fact));
}

type Gap = Verdict & { readonly unknown: NonNullable<Verdict["unknown"]> };

/** What is said of a look-up that failed, as a clause that can stand behind one name or behind "6 packages". */
export function lookUpClause({ code, reason }: Unknown): string {
  return code === "offline" ? OFFLINE : `could not be looked up: ${reason}`;
}

const OFFLINE = "could be checked only against cached data and the bundled catalogue (offline)";

/** Offline is one reason for all that was not asked: told once, not by what each question would have been. */
function offlineGap(subject: Subject): Gap {
  return { unknown: { code: "offline", clause: OFFLINE }, message: `${calledIn(subject)} ${OFFLINE}.` };
}

/** A name that nobody is asked for is reported with its host already. */
function originGaps(subject: Subject, context: RuleContext): readonly Gap[] {
  if (subject.package.known || subject.package.code === "private" || subject.package.code === "refused") return [];
  const isOffline = subject.package.code === "offline";
  const hosts = new Set(subject.locked.flatMap((place) => untoldHost(place, subject, context) ?? []));
  return [...hosts].map((host) => {
    const shown = oneLine(host, 120);
    const told = isOffline
      ? unknown("offline", `${subject.registryHost} was not asked whether ${shown} is its own (offline)`)
      : unknown("refused", `${subject.registryHost} did not tell whether ${shown} is its own`);
    return gap(subject, "could not be compared with where its registry has it", told);
  });
}

function packageGaps(subject: Subject): readonly Gap[] {
  if (!subject.package.known) return [gap(subject, "could not be looked up", subject.package)];
  const { securityHolder, unpublishedAt, times } = subject.package.value;
  if (securityHolder || unpublishedAt !== null) return [];
  const release = releaseOf(subject);
  // Another rule reports what is known of these.
  if (!release.known && (times.has(subject.version) || subject.lockedBeforeFirst !== null)) return [];
  if (!release.known) return [gap(subject, "could not be looked up", release)];
  const gaps: Gap[] = additionGaps(subject);
  const lacksScripts = release.value.scripts === null && mayRunScripts(subject, release.value.hasInstallScript);
  if (lacksScripts && !subject.published.known && subject.published.code === "not-stated") {
    gaps.push(
      gap(
        subject,
        "could not be dated or checked for install scripts",
        unknown("not-stated", `${subject.registryHost} states neither`),
      ),
    );
  } else {
    if (!subject.published.known) gaps.push(gap(subject, "could not be dated", subject.published));
    if (lacksScripts)
      gaps.push(
        gap(
          subject,
          "could not be checked for install scripts",
          unknown("not-stated", `${subject.registryHost} does not state them`),
        ),
      );
  }
  if (release.value.scriptsCut) gaps.push(gap(subject, "could not be checked for install scripts", SCRIPT_TOO_LONG));
  return gaps;
}

function commandGaps(subject: Subject, context: RuleContext): readonly Gap[] {
  if (!hasUnnamedCommands(subject, context)) return [];
  const reason = "the record names only a folder of them (directories.bin)";
  return [gap(subject, "could not be checked for commands", unknown("not-stated", reason))];
}

/** Names in one sentence. */
const MOST_NAMED = 4;

/** Those that one reason keeps from being looked into are told in one sentence. */
function additionGaps(subject: Subject): Gap[] {
  const byReason = new Map<string, { readonly unknown: Unknown; readonly names: Set<string> }>();
  for (const { name, unknown } of subject.added?.gaps ?? []) {
    const key = `${unknown.code} ${unknown.reason}`;
    const present = byReason.get(key) ?? { unknown, names: new Set<string>() };
    if (name !== null) present.names.add(name);
    byReason.set(key, present);
  }
  return [...byReason.values()].map(({ unknown, names }) => {
    const all = [...names].sort().map((name) => oneLine(name, 80));
    const which = all.length === 0 ? "" : ` (${listed(all, MOST_NAMED)})`;
    return gap(subject, `could not be checked for new dependencies${which}`, unknown);
  });
}

function mayRunScripts(subject: Subject, stated: boolean | null): boolean {
  return (
    stated === true || subject.lockedInstallScript === true || (stated === null && subject.lockedInstallScript === null)
  );
}

function gap(subject: Subject, what: string, { code, reason }: Unknown): Gap {
  const clause = `${what}: ${reason}`;
  return { unknown: { code, clause }, message: `${calledIn(subject)} ${clause}.` };
}

/** Not every lockfile states a version for what is from no registry, and an address in its place may hold a login. */
function calledIn({ name, version }: Subject): string {
  const shown = oneLine(name, LONGEST_NAME);
  return version === "" || version.includes(":") ? shown : `${shown} ${oneLine(version, LONGEST_VERSION)}`;
}
