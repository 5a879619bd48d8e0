import type { ConfigMap } from "../../documents/config/tree.ts";
import { describeDuration } from "../../util/duration.ts";
import { oneLine } from "../../util/sanitize.ts";
import { yarnDuration } from "../cooldown/yarn.ts";
import { writtenAt } from "../../config/yarn-settings.ts";
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

export const YARN_MEND: Mend = { kind: "yarnrc", path: ["npmMinimalAgeGate"], value: "3d" };

/** As micromatch has it. */
const EXCEPTIONS = { all: ["**", "**/*"], unscoped: ["*"], negates: true, hasCommas: false };

/** `npmMinimalAgeGate`, in minutes without a unit, also of scopes; `enableScripts`. https://yarnpkg.com/configuration/yarnrc */
export function yarnWeaknesses({ own }: WeakInput): readonly Weakness[] {
  const settings = ownFile(own, "yarnrc");
  if (settings === null) return [];
  const scopes = writtenAt(settings, "npmScopes")?.value;
  const names = scopes?.kind === "map" ? [...scopes.entries.keys()] : [];
  const gates = names.flatMap((scope) =>
    gate(settings, ["npmScopes", scope, "npmMinimalAgeGate"], `of @${oneLine(scope, 60)} `, own),
  );
  const approved = writtenAt(settings, "npmPreapprovedPackages")?.path ?? [];
  return [
    ...gate(settings, ["npmMinimalAgeGate"], "", own),
    ...gates,
    ...takesUnnamed(own, "yarnrc", approved, EXCEPTIONS),
    ...scripts(settings),
  ];
}

function gate(settings: ConfigMap, keys: readonly string[], whose: string, own: WeakInput["own"]): readonly Weakness[] {
  const written = writtenAt(settings, ...keys);
  if (written?.value.kind !== "scalar") return [];
  const { value: scalar, path } = written;
  const text = valueOf(own, "yarnrc", scalar);
  if (text === null) return [];
  const ms = yarnDuration(text);
  const told = (what: string): readonly Weakness[] => [
    weakness("yarnrc", scalar, `npmMinimalAgeGate: ${oneLine(text, 20)} ${whose}${what}`, { ...YARN_MEND, path }),
  ];
  if (ms === null) return told("is not a length of time that Yarn knows.");
  if (ms === 0) return told(`lets Yarn install ${whose === "" ? "" : "its "}releases of any age.`);
  return /^[\d.]+$/.test(text) && isMistaken(ms)
    ? told(`is ${describeDuration(ms)}: without a unit Yarn counts in minutes.`)
    : [];
}

function scripts(settings: ConfigMap): readonly Weakness[] {
  const written = writtenAt(settings, "enableScripts");
  if (written?.value.kind !== "scalar" || written.value.text !== "true") return [];
  return [
    weakness(
      "yarnrc",
      written.value,
      "enableScripts: true lets Yarn run every install script that dependenciesMeta does not forbid.",
      { kind: "yarnrc", path: written.path, value: false },
    ),
  ];
}
