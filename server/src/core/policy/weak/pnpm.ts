import { lt } from "semver";
import { scalarAt } from "../../documents/config/tree.ts";
import { describeDuration, MINUTE } from "../../duration.ts";
import { oneLine } from "../../foreign-text.ts";
import { FIRST_WITH_DEFAULT } from "../cooldown/pnpm.ts";
import { LEAST_MEANT, ownFile, takesAll, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";

export const PNPM_MEND: Mend = { kind: "pnpm-workspace", path: ["minimumReleaseAge"], value: 4320 };

/** `minimumReleaseAge` in minutes, `dangerouslyAllowAllBuilds`. https://pnpm.io/settings */
export function pnpmWeaknesses({ version, own }: WeakInput): readonly Weakness[] {
  return [...age("pnpm-workspace", "minimumReleaseAge", own), ...inNpmrc(version, own), ...takesAll(own, "pnpm-workspace", ["minimumReleaseAgeExclude"]), ...builds(own)];
}

function age(kind: "pnpm-workspace" | "npmrc", key: string, own: WeakInput["own"]): readonly Weakness[] {
  const settings = ownFile(own, kind);
  const scalar = settings === null ? null : scalarAt(settings, key);
  if (scalar === null || scalar.text === "") return [];
  const minutes = Number(scalar.text);
  if (!(minutes >= 0)) return [weakness(kind, scalar, `${key}: ${oneLine(scalar.text, 20)} is no number of minutes.`, PNPM_MEND)];
  if (minutes === 0) return [weakness(kind, scalar, `${key}: 0 lets pnpm install releases of any age.`, PNPM_MEND)];
  return minutes * MINUTE < LEAST_MEANT ? [weakness(kind, scalar, `${key}: ${scalar.text} is ${describeDuration(minutes * MINUTE)}: pnpm counts in minutes.`, PNPM_MEND)] : [];
}

/** pnpm 11 takes nothing but logins and registries from `.npmrc`. https://pnpm.io/settings */
function inNpmrc(version: string | null, own: WeakInput["own"]): readonly Weakness[] {
  const settings = ownFile(own, "npmrc");
  const scalar = settings === null ? null : scalarAt(settings, "minimum-release-age");
  if (scalar === null || version === null || lt(version, FIRST_WITH_DEFAULT)) return age("npmrc", "minimum-release-age", own);
  const workspace = ownFile(own, "pnpm-workspace");
  if (workspace !== null && scalarAt(workspace, "minimumReleaseAge") !== null) return [];
  return [weakness("npmrc", scalar, "pnpm 11 and up does not read minimum-release-age here, but minimumReleaseAge in pnpm-workspace.yaml.", PNPM_MEND)];
}

function builds(own: WeakInput["own"]): readonly Weakness[] {
  const homes = [
    { kind: "pnpm-workspace", path: ["dangerouslyAllowAllBuilds"] },
    { kind: "package-json", path: ["pnpm", "dangerouslyAllowAllBuilds"] },
    { kind: "npmrc", path: ["dangerously-allow-all-builds"] },
  ] as const;
  return homes.flatMap(({ kind, path }) => {
    const settings = ownFile(own, kind);
    const scalar = settings === null ? null : scalarAt(settings, ...path);
    if (scalar?.value !== true) return [];
    return [weakness(kind, scalar, `${path.at(-1) ?? ""} lets pnpm run every install script, approved or not.`, kind === "pnpm-workspace" ? { kind, path, value: false } : null)];
  });
}
