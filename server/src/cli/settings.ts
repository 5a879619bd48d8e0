import { unknown } from "../core/facts/fact.ts";
import type { Fact } from "../core/facts/fact.ts";
import type { Cancellation, Files } from "../core/ports.ts";
import { join } from "../core/engine/uri.ts";
import { DEFAULT_SETTINGS, readSettings } from "../core/settings.ts";
import type { Settings, SettingsReading } from "../core/settings.ts";
import { workspaceSettings } from "../core/workspace-settings.ts";
import type { CliOptions } from "./options.ts";

/** The scanned folder's own settings, with the flags over them. */
export async function settingsFor(folder: string | null, options: CliOptions, files: Files, cancel: Cancellation): Promise<SettingsReading> {
  const text: Fact<string> = folder === null ? unknown("not-found", "no folder") : await files.read(join(folder, ".vscode", "settings.json"), cancel);
  const { settings, problems } = readSettings(text.known ? workspaceSettings(text.value) : {});
  return { settings: withFlags(settings, options), problems };
}

/** Where to ask, which only flags say: known before any file is read. */
export function reach(options: CliOptions): Pick<Settings, "registry" | "osv" | "offline"> {
  const { registry, osv, offline } = withFlags(DEFAULT_SETTINGS, options);
  return { registry, osv, offline };
}

function withFlags(settings: Settings, { offline, registry, osv, minAge }: CliOptions): Settings {
  return {
    ...settings,
    offline: offline === true,
    ...(registry === undefined ? {} : { registry }),
    ...(osv === undefined ? {} : { osv: { enabled: true, url: osv } }),
    ...(minAge === undefined ? {} : { cooldown: { ms: minAge, origin: "--min-age" } }),
  };
}
