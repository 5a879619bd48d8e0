import { allowProblems } from "../core/settings/allow.ts";
import { oneLine } from "../core/util/sanitize.ts";
import type { Cancellation, Files } from "../core/ports.ts";
import { DEFAULT_SETTINGS, readSettings } from "../core/settings/settings.ts";
import type { Settings, SettingsReading } from "../core/settings/settings.ts";
import { suppressionClause, suppressionsOf } from "../core/settings/suppressions.ts";
import type { Suppression, SuppressionInput } from "../core/settings/suppressions.ts";
import { LineIndex } from "../core/util/text.ts";
import { listed } from "../core/util/words.ts";
import {
  allowEntrySpans,
  workspaceSettings,
  workspaceSettingsProblem,
  workspaceSettingsUri,
} from "../core/settings/workspace-settings.ts";
import type { CliOptions } from "./options.ts";

export interface FolderSettings extends SettingsReading {
  /** The folder's own file, whether or not it is there. */
  readonly uri: string;
  /** Of the folder's own file; empty where it has none, or where it is left unread. */
  readonly text: string;
  /** What that file says by itself. */
  readonly own: Settings;
}

/** How messages name the file. */
const BY = ".vscode/settings.json";

/** The scanned folder's own settings, with the flags over them. */
export async function settingsFor(
  folder: string,
  options: CliOptions,
  files: Files,
  cancel: Cancellation,
): Promise<FolderSettings> {
  const uri = workspaceSettingsUri(folder);
  if (options.workspaceSettings === false) {
    return { uri, settings: withFlags(DEFAULT_SETTINGS, options), problems: [], text: "", own: DEFAULT_SETTINGS };
  }
  const read = await files.read(uri, cancel);
  const text = read.known ? read.value : "";
  const { settings: own, problems } = readSettings(workspaceSettings(text));
  const problem = workspaceSettingsProblem(text);
  const unread = read.known || read.code === "not-found" ? [] : [`${BY} could not be read: ${read.reason}.`];
  const broken = problem === null ? [] : [`${BY}: ${problem}.`];
  return { uri, settings: withFlags(own, options), problems: [...unread, ...broken, ...problems], text, own };
}

/** What the folder's own file keeps from being said. */
export function suppressedBy(
  { uri, own, settings }: FolderSettings,
  options: CliOptions,
  found: Pick<SuppressionInput, "reports" | "excluded" | "pathOf">,
): readonly Suppression[] {
  const without = withFlags(DEFAULT_SETTINGS, options);
  return suppressionsOf({ by: found.pathOf(uri), own, effective: settings, without, ...found });
}

/** Suppressions named in one line; the JSON has all. */
const MOST_NAMED = 20;

/** One line for each file. @param file the folder's settings file, as the suppressions name it; `path`: as messages do */
export function suppressionNotes(suppressed: readonly Suppression[], file: string, path: string): readonly string[] {
  return [...new Set(suppressed.map(({ by }) => by))].map((by) => {
    const own = suppressed.filter((suppression) => suppression.by === by);
    const named = listed(own.map(suppressionClause), MOST_NAMED, "; ");
    return by === file
      ? `${path} suppresses: ${named}. --no-workspace-settings leaves it unread.`
      : `${oneLine(by, 200)} suppresses: ${named}.`;
  });
}

/** One line for each entry of `depwarden.allow` that is over or covers nothing; `used` as `allowProblems` has it. */
export function allowNotes(
  { settings, text }: FolderSettings,
  path: string,
  used: ReadonlySet<string> | null,
  now: number,
): readonly string[] {
  const lines = new LineIndex(text);
  const spans = allowEntrySpans(text);
  return allowProblems(settings.allow, used, now).map(({ entry, message }) => {
    const span = spans[entry.index];
    return `${path}${span === undefined ? "" : `:${lines.positionAt(span.start).line + 1}`}: ${message}`;
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
