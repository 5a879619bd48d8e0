import { entryAt, type ConfigMap, type ConfigValue } from "../../documents/config/tree.ts";
import { DAY, describeDuration } from "../../util/duration.ts";
import { oneLine } from "../../util/sanitize.ts";
import { beforeDate, daysIn, isNoDate, npmScalar } from "../cooldown/npm.ts";
import { filledIn, type Environment } from "../../config/variables.ts";
import { isMistaken, ownFile, takesUnnamed, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";

export const NPM_MEND: Mend = { kind: "npmrc", path: ["min-release-age"], value: 3 };

/** As minimatch has it. */
const EXCEPTIONS = { all: ["**", "**/*"], unscoped: ["*"], negates: false, hasCommas: true };

/** `min-release-age` in days, `before`, `dangerously-allow-all-scripts` of npm 12. https://docs.npmjs.com/cli/v11/using-npm/config */
export function npmWeaknesses({ own, now }: WeakInput): readonly Weakness[] {
  const settings = ownFile(own, "npmrc");
  if (settings === null) return [];
  const env = own.find(({ kind }) => kind === "npmrc")?.env;
  return [
    ...before(settings, env, now),
    ...age(settings, env),
    ...takesUnnamed(own, "npmrc", ["min-release-age-exclude"], EXCEPTIONS),
    ...scripts(settings, env),
  ];
}

function before(settings: ConfigMap, env: Environment | undefined, now: number): readonly Weakness[] {
  const scalar = npmScalar(settings, "before");
  if (scalar === null) return [];
  const told = (what: string): readonly Weakness[] => [
    weakness("npmrc", scalar, `before=${oneLine(scalar.text, 40)} ${what}`, null),
  ];
  if (isNoDate(scalar)) return told("lets npm install releases of any age.");
  const filled = filledIn("npmrc", scalar.text, env);
  const at = beforeDate(filled);
  if (at === null) return filled === null ? [] : told("is not a date: npm stops at it.");
  return at < now ? [] : told("is still to come: npm installs releases of any age until then.");
}

function age(settings: ConfigMap, env: Environment | undefined): readonly Weakness[] {
  const scalar = npmScalar(settings, "min-release-age");
  const days = scalar === null ? null : daysIn(scalar, env);
  if (scalar === null || days === null || settings.entries.has("before")) return [];
  const text = oneLine(filledIn("npmrc", scalar.text, env) ?? "", 20);
  const told = (message: string): readonly Weakness[] => [
    weakness("npmrc", scalar, `min-release-age=${text} ${message}`, NPM_MEND),
  ];
  if (!Number.isFinite(days)) return told("is not a number of days: npm stops at it.");
  if (days <= 0) return told("lets npm install releases of any age.");
  return isMistaken(days * DAY) ? told(`is ${describeDuration(days * DAY)}: npm counts in days.`) : [];
}

function scripts(settings: ConfigMap, env: Environment | undefined): readonly Weakness[] {
  const value = entryAt(settings, "dangerously-allow-all-scripts")?.value;
  if (value === undefined || !isOn(value, env)) return [];
  const mend: Mend | null =
    value.kind === "scalar" && value.isReplaceable
      ? { kind: "npmrc", path: ["dangerously-allow-all-scripts"], value: false }
      : null;
  return [
    weakness("npmrc", value, "dangerously-allow-all-scripts lets npm run every install script, approved or not.", mend),
  ];
}

/**
 * npm takes everything for true that is not `false`, `null`, `undefined` or a variable that is empty: `0`, `no`, nothing
 * and a list too. Tried: npm 12.2.
 */
function isOn(value: ConfigValue, env: Environment | undefined): boolean {
  if (value.kind !== "scalar") return true;
  if (value.value === false || value.value === null) return false;
  const text = filledIn("npmrc", value.text, env);
  return text !== null && !OFF.has(text) && (text !== "" || value.text === "");
}

const OFF: ReadonlySet<string> = new Set(["false", "null", "undefined"]);
