import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { layersOf, nearest, type PolicyFile } from "../layers.ts";
import { cooldown, type Cooldown } from "./cooldown.ts";

/**
 * Bun, from 1.3: `minimumReleaseAge` in seconds and `minimumReleaseAgeExcludes` of names, under `[install]` in
 * `bunfig.toml`. https://bun.com/docs/runtime/bunfig#install-minimumreleaseage
 */
export function bunCooldown(files: readonly PolicyFile[]): Cooldown | null {
  const layers = layersOf(files, "bunfig");
  const age = nearest(layers, ({ name, settings }) => {
    const value = scalarAt(settings, "install", "minimumReleaseAge")?.value;
    return typeof value === "number" && value >= 0 && Number.isFinite(value) ? { ms: value * 1000, origin: `minimumReleaseAge in ${name}` } : null;
  });
  if (age === null) return null;
  const excluded = nearest(layers, ({ name, settings }) => {
    const names = scalarsAt(settings, "install", "minimumReleaseAgeExcludes");
    return names.length === 0 ? null : { names: new Set(names.map(({ text }) => text)), origin: `minimumReleaseAgeExcludes in ${name}` };
  });
  return cooldown(age, (name) => excluded?.names.has(name) === true, excluded?.origin ?? "");
}
