import { scalarAt } from "../../documents/config/tree.ts";
import { DAY, describeDuration } from "../../duration.ts";
import { oneLine } from "../../foreign-text.ts";
import { ownFile, takesAll, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";

export const NPM_MEND: Mend = { kind: "npmrc", path: ["min-release-age"], value: 3 };

/** Longer than anybody waits: minutes, written where days are counted. */
const LONGEST_MEANT = 365;

/** `min-release-age` in days, `dangerously-allow-all-scripts` of npm 12. https://docs.npmjs.com/cli/v11/using-npm/config */
export function npmWeaknesses({ own }: WeakInput): readonly Weakness[] {
  const settings = ownFile(own, "npmrc");
  if (settings === null) return [];
  const found: Weakness[] = [];
  const age = scalarAt(settings, "min-release-age");
  if (age !== null && age.text !== "" && scalarAt(settings, "before") === null) {
    const days = Number(age.text);
    if (!(days >= 0)) found.push(weakness("npmrc", age, `min-release-age=${oneLine(age.text, 20)} is no number of days: npm stops at it.`, NPM_MEND));
    else if (days === 0) found.push(weakness("npmrc", age, "min-release-age=0 lets npm install releases of any age.", NPM_MEND));
    else if (days >= LONGEST_MEANT) found.push(weakness("npmrc", age, `min-release-age=${age.text} is ${describeDuration(days * DAY)}: npm counts in days.`, NPM_MEND));
  }
  found.push(...takesAll(own, "npmrc", ["min-release-age-exclude"]));
  const scripts = scalarAt(settings, "dangerously-allow-all-scripts");
  if (scripts?.value === true) {
    const mend: Mend | null = scripts.isReplaceable ? { kind: "npmrc", path: ["dangerously-allow-all-scripts"], value: false } : null;
    found.push(weakness("npmrc", scripts, "dangerously-allow-all-scripts lets npm run every install script, approved or not.", mend));
  }
  return found;
}
