import { entryAt, mapAt, scalarAt, type ConfigMap } from "../../documents/config/tree.ts";
import { describeDuration } from "../../duration.ts";
import { oneLine } from "../../foreign-text.ts";
import { yarnDuration } from "../cooldown/yarn.ts";
import { isMistaken, ownFile, takesAll, valueOf, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";

export const YARN_MEND: Mend = { kind: "yarnrc", path: ["npmMinimalAgeGate"], value: "3d" };

/** As micromatch has it. */
const EVERYTHING = { all: ["**", "**/*"], unscoped: ["*"] };

/** `npmMinimalAgeGate`, in minutes without a unit, also of scopes; `enableScripts`. https://yarnpkg.com/configuration/yarnrc */
export function yarnWeaknesses({ own }: WeakInput): readonly Weakness[] {
  const settings = ownFile(own, "yarnrc");
  if (settings === null) return [];
  const scopes = [...mapAt(settings, "npmScopes").entries.keys()].flatMap((scope) => gate(settings, ["npmScopes", scope], `of @${oneLine(scope, 60)} `, { ...YARN_MEND, path: ["npmScopes", scope, "npmMinimalAgeGate"] }, own));
  return [...gate(settings, [], "", YARN_MEND, own), ...scopes, ...takesAll(own, "yarnrc", "npmPreapprovedPackages", EVERYTHING), ...scripts(settings)];
}

function gate(settings: ConfigMap, path: readonly string[], whose: string, mend: Mend, own: WeakInput["own"]): readonly Weakness[] {
  const scalar = scalarAt(settings, ...path, "npmMinimalAgeGate");
  const text = scalar === null ? null : valueOf(own, "yarnrc", scalar);
  if (scalar === null || text === null) return [];
  const ms = yarnDuration(text);
  const told = (what: string): readonly Weakness[] => [weakness("yarnrc", scalar, `npmMinimalAgeGate: ${oneLine(text, 20)} ${whose}${what}`, mend)];
  if (ms === null) return told("is no length of time that Yarn knows.");
  if (ms === 0) return told(`lets Yarn install ${whose === "" ? "" : "its "}releases of any age.`);
  return /^[\d.]+$/.test(text) && isMistaken(ms) ? told(`is ${describeDuration(ms)}: without a unit Yarn counts in minutes.`) : [];
}

function scripts(settings: ConfigMap): readonly Weakness[] {
  const value = entryAt(settings, "enableScripts")?.value;
  if (value?.kind !== "scalar" || value.text !== "true") return [];
  return [weakness("yarnrc", value, "enableScripts: true lets Yarn run every install script that dependenciesMeta does not forbid.", { kind: "yarnrc", path: ["enableScripts"], value: false })];
}
