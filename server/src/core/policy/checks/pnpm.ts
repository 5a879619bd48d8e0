import { lt } from "semver";
import { entryAt, scalarAt } from "../../documents/config/tree.ts";
import { DAY, describeDuration, MINUTE } from "../../util/duration.ts";
import { oneLine } from "../../util/sanitize.ts";
import { allowsAll } from "../approvals/pnpm.ts";
import { FIRST_WITH_DEFAULT, minutesIn, passesOverNull } from "../cooldown/pnpm.ts";
import {
  isMistaken,
  ownFile,
  takesUnnamed,
  valueOf,
  weakness,
  type Mend,
  type WeakInput,
  type Weakness,
} from "./weakness.ts";

export const PNPM_MEND: Mend = { kind: "pnpm-workspace", path: ["minimumReleaseAge"], value: 4320 };
const NPMRC_MEND: Mend = { kind: "npmrc", path: ["minimum-release-age"], value: 4320 };

/** `minimumReleaseAge` in minutes, `dangerouslyAllowAllBuilds`. https://pnpm.io/settings */
export function pnpmWeaknesses(input: WeakInput): readonly Weakness[] {
  const { own } = input;
  return [
    ...age("pnpm-workspace", "minimumReleaseAge", ": ", PNPM_MEND, input),
    ...inNpmrc(input),
    ...takesUnnamed(own, "pnpm-workspace", ["minimumReleaseAgeExclude"], {
      all: ["*"],
      unscoped: [],
      negates: true,
      hasCommas: false,
    }),
    ...builds(own),
  ];
}

function age(
  kind: "pnpm-workspace" | "npmrc",
  key: string,
  equals: string,
  mend: Mend,
  { version, own }: WeakInput,
): readonly Weakness[] {
  const settings = ownFile(own, kind);
  const scalar = settings === null ? null : scalarAt(settings, key);
  const text = scalar === null ? null : scalar.value === null ? "" : valueOf(own, kind, scalar);
  if (scalar === null || text === null || (scalar.value === null && passesOverNull(version))) return [];
  const minutes = minutesIn(text, version);
  const told = (what: string): readonly Weakness[] => [
    weakness(kind, scalar, `${key}${text === "" ? " without a value" : `${equals}${oneLine(text, 20)}`} ${what}`, mend),
  ];
  if (minutes === null || (text !== "" && !(Number(text) >= 0))) return told("is not a number of minutes.");
  if (minutes === 0) return told("lets pnpm install releases of any age.");
  return isMistaken(minutes * MINUTE) ? told(`is ${describeDuration(minutes * MINUTE)}: pnpm counts in minutes.`) : [];
}

/** What `pnpm-workspace.yaml` says holds over it; pnpm 11 takes nothing but logins and registries from it. https://pnpm.io/settings */
function inNpmrc(input: WeakInput): readonly Weakness[] {
  const { version, own } = input;
  const settings = ownFile(own, "npmrc");
  const scalar = settings === null ? null : scalarAt(settings, "minimum-release-age");
  const workspace = ownFile(own, "pnpm-workspace");
  if (scalar === null || (workspace !== null && scalarAt(workspace, "minimumReleaseAge") !== null)) return [];
  if (version === null || lt(version, FIRST_WITH_DEFAULT))
    return age("npmrc", "minimum-release-age", "=", NPMRC_MEND, input);
  // Where the value was meant as it stands, it is what was wanted.
  const meant = Number(scalar.text) * MINUTE;
  const mend = meant >= DAY && !isMistaken(meant) ? { ...PNPM_MEND, value: Number(scalar.text) } : PNPM_MEND;
  return [
    weakness(
      "npmrc",
      scalar,
      "pnpm 11 and up does not read minimum-release-age here, but minimumReleaseAge in pnpm-workspace.yaml.",
      mend,
    ),
  ];
}

function builds(own: WeakInput["own"]): readonly Weakness[] {
  const homes = [
    { kind: "pnpm-workspace", path: ["dangerouslyAllowAllBuilds"] },
    { kind: "package-json", path: ["pnpm", "dangerouslyAllowAllBuilds"] },
    { kind: "npmrc", path: ["dangerously-allow-all-builds"] },
  ] as const;
  return homes.flatMap(({ kind, path }) => {
    const settings = ownFile(own, kind);
    const value = settings === null ? undefined : entryAt(settings, ...path)?.value;
    if (settings === null || value === undefined || allowsAll(settings, ...path) !== true) return [];
    return [
      weakness(
        kind,
        value,
        `${path.at(-1) ?? ""} lets pnpm run every install script, approved or not.`,
        kind === "pnpm-workspace" ? { kind, path, value: false } : null,
      ),
    ];
  });
}
