import { scalarAt } from "../../documents/config/tree.ts";
import { describeDuration, MINUTE } from "../../duration.ts";
import { oneLine } from "../../foreign-text.ts";
import { yarnDuration } from "../cooldown/yarn.ts";
import { LEAST_MEANT, ownFile, takesAll, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";

export const YARN_MEND: Mend = { kind: "yarnrc", path: ["npmMinimalAgeGate"], value: "3d" };

/** `npmMinimalAgeGate`, in minutes without a unit; `enableScripts`. https://yarnpkg.com/configuration/yarnrc */
export function yarnWeaknesses({ own }: WeakInput): readonly Weakness[] {
  const settings = ownFile(own, "yarnrc");
  if (settings === null) return [];
  const found: Weakness[] = [];
  const gate = scalarAt(settings, "npmMinimalAgeGate");
  const ms = gate === null ? null : yarnDuration(gate.text);
  if (gate !== null && ms === null) found.push(weakness("yarnrc", gate, `npmMinimalAgeGate: ${oneLine(gate.text, 20)} is no length of time that Yarn knows.`, YARN_MEND));
  else if (gate !== null && ms === 0) found.push(weakness("yarnrc", gate, `npmMinimalAgeGate: ${gate.text} lets Yarn install releases of any age.`, YARN_MEND));
  else if (gate !== null && /^[\d.]+$/.test(gate.text) && Number(gate.text) * MINUTE < LEAST_MEANT) {
    found.push(weakness("yarnrc", gate, `npmMinimalAgeGate: ${gate.text} is ${describeDuration(Number(gate.text) * MINUTE)}: without a unit Yarn counts in minutes.`, YARN_MEND));
  }
  found.push(...takesAll(own, "yarnrc", ["npmPreapprovedPackages"]));
  const scripts = scalarAt(settings, "enableScripts");
  if (scripts?.text === "true") found.push(weakness("yarnrc", scripts, "enableScripts: true lets Yarn run every install script that dependenciesMeta does not forbid.", { kind: "yarnrc", path: ["enableScripts"], value: false }));
  return found;
}
