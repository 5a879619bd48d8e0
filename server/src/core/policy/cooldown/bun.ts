import { scalarAt, scalarsAt } from "../../documents/config/tree.ts";
import { cooldown, settingsIn, type Cooldown, type PolicyFile } from "./cooldown.ts";

/** Bun, from 1.3: `minimumReleaseAge` in seconds and `minimumReleaseAgeExcludes` of names, under `[install]` in `bunfig.toml`. https://bun.com/docs/runtime/bunfig#install-minimumreleaseage */
export function bunCooldown(files: readonly PolicyFile[]): Cooldown | null {
  const settings = settingsIn(files, "bunfig");
  const value = settings === null ? null : scalarAt(settings, "install", "minimumReleaseAge")?.value;
  if (settings === null || typeof value !== "number" || !(value >= 0) || !Number.isFinite(value)) return null;
  const names = new Set(scalarsAt(settings, "install", "minimumReleaseAgeExcludes").map(({ text }) => text));
  return cooldown({ ms: value * 1000, origin: "minimumReleaseAge in bunfig.toml" }, (name) => names.has(name), "minimumReleaseAgeExcludes in bunfig.toml");
}
