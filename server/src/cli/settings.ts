import { allowProblems } from "../core/allow.ts";
import type { Cancellation, Files } from "../core/ports.ts";
import { DEFAULT_SETTINGS, readSettings } from "../core/settings.ts";
import type { Settings, SettingsReading } from "../core/settings.ts";
import { LineIndex } from "../core/text.ts";
import { allowEntrySpan, workspaceSettings, workspaceSettingsProblem, workspaceSettingsUri } from "../core/workspace-settings.ts";
import type { CliOptions } from "./options.ts";

export interface FolderSettings extends SettingsReading {
  /** Of the folder's own file; empty where it has none. */
  readonly text: string;
}

/** The scanned folder's own settings, with the flags over them. */
export async function settingsFor(folder: string, options: CliOptions, files: Files, cancel: Cancellation): Promise<FolderSettings> {
  const read = await files.read(workspaceSettingsUri(folder), cancel);
  const text = read.known ? read.value : "";
  const { settings, problems } = readSettings(workspaceSettings(text));
  const broken = workspaceSettingsProblem(text);
  return { settings: withFlags(settings, options), problems: [...(broken === null ? [] : [`.vscode/settings.json: ${broken}.`]), ...problems], text };
}

/** One line for each entry of `depwarden.allow` that is over or covers nothing; `used` as `allowProblems` has it. */
export function allowNotes({ settings, text }: FolderSettings, path: string, used: ReadonlySet<string> | null, now: number): readonly string[] {
  const lines = new LineIndex(text);
  return allowProblems(settings.allow, used, now).map(({ entry, message }) => {
    const span = allowEntrySpan(text, entry.index);
    return `${path}${span === null ? "" : `:${lines.positionAt(span.start).line + 1}`}: ${message}`;
  });
}

/** Where to ask, without a look at any folder. */
export function reach(options: CliOptions): Pick<Settings, "registry" | "osv" | "offline"> {
  const { registry, osv, offline } = withFlags(DEFAULT_SETTINGS, options);
  return { registry, osv, offline };
}

function withFlags(settings: Settings, { offline, registry, osv, minAge }: CliOptions): Settings {
  return {
    ...settings,
    offline: offline === true || settings.offline,
    ...(registry === undefined ? {} : { registry }),
    ...(osv === undefined ? {} : { osv: { enabled: true, url: osv } }),
    ...(minAge === undefined ? {} : { cooldown: { ms: minAge, origin: "--min-age" } }),
  };
}
