import { scalarAt, type ConfigMap } from "../../documents/config/tree.ts";
import { DAY, describeDuration } from "../../duration.ts";
import { oneLine } from "../../foreign-text.ts";
import { beforeDate } from "../cooldown/npm.ts";
import { isMistaken, ownFile, takesAll, valueOf, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";

export const NPM_MEND: Mend = { kind: "npmrc", path: ["min-release-age"], value: 3 };

/** As minimatch has it. */
const EVERYTHING = { all: ["**", "**/*"], unscoped: ["*"] };

/** `min-release-age` in days, `before`, `dangerously-allow-all-scripts` of npm 12. https://docs.npmjs.com/cli/v11/using-npm/config */
export function npmWeaknesses({ own, now }: WeakInput): readonly Weakness[] {
  const settings = ownFile(own, "npmrc");
  if (settings === null) return [];
  return [...before(settings, own, now), ...age(settings, own), ...takesAll(own, "npmrc", "min-release-age-exclude", EVERYTHING), ...scripts(settings)];
}

function before(settings: ConfigMap, own: WeakInput["own"], now: number): readonly Weakness[] {
  const scalar = scalarAt(settings, "before");
  const at = scalar === null ? null : beforeDate(valueOf(own, "npmrc", scalar));
  return scalar === null || at === null || at < now ? [] : [weakness("npmrc", scalar, `before=${oneLine(scalar.text, 40)} is still to come: npm installs releases of any age until then.`, null)];
}

function age(settings: ConfigMap, own: WeakInput["own"]): readonly Weakness[] {
  const scalar = scalarAt(settings, "min-release-age");
  if ((scalar?.value ?? null) === null || scalar === null || settings.entries.has("before")) return [];
  const text = valueOf(own, "npmrc", scalar);
  if (text === null || text === "") return [];
  const days = Number(text);
  const told = (message: string): readonly Weakness[] => [weakness("npmrc", scalar, message, NPM_MEND)];
  if (Number.isNaN(days)) return told(`min-release-age=${oneLine(text, 20)} is no number of days: npm stops at it.`);
  if (days <= 0) return told(`min-release-age=${text} lets npm install releases of any age.`);
  return isMistaken(days * DAY) ? told(`min-release-age=${text} is ${describeDuration(days * DAY)}: npm counts in days.`) : [];
}

function scripts(settings: ConfigMap): readonly Weakness[] {
  const scalar = scalarAt(settings, "dangerously-allow-all-scripts");
  if (scalar?.value !== true) return [];
  const mend: Mend | null = scalar.isReplaceable ? { kind: "npmrc", path: ["dangerously-allow-all-scripts"], value: false } : null;
  return [weakness("npmrc", scalar, "dangerously-allow-all-scripts lets npm run every install script, approved or not.", mend)];
}
