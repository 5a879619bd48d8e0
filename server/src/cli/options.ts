/** The arguments as a person gives them, read and checked. */
import { InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../core/util/duration.ts";
import { SEVERITIES } from "../core/rules/rule.ts";
import type { Severity } from "../core/rules/rule.ts";

export type Format = "text" | "json";
export type FailOn = Exclude<Severity, "hint"> | "never";

export interface CliOptions {
  readonly format: Format;
  readonly output?: string;
  /** `--no-color` makes it false. */
  readonly color?: boolean;
  readonly offline?: true;
  readonly registry?: string;
  readonly osv?: string;
  /** ms. */
  readonly minAge?: number;
  /** ms since epoch. */
  readonly asOf?: number;
  readonly cacheDir?: string;
  /** `--no-cache` makes it false. */
  readonly cache: boolean;
  /** `--no-workspace-settings` makes it false. */
  readonly workspaceSettings?: boolean;
  /** `--no-ignore` makes it false. */
  readonly ignore?: boolean;
  readonly failOn: FailOn;
  readonly verbose?: true;
  readonly quiet?: true;
}

/** The options that every command takes. Fresh ones for each command: commander keeps state in them. */
export function commonOptions(): readonly Option[] {
  return [
    new Option("--format <format>", "how to write what is found").choices(["text", "json"]).default("text"),
    new Option("--json", "the same as --format json").implies({ format: "json" }),
    new Option("--output <file>", "write the result to a file instead of standard output"),
    new Option("--no-color", "print without colours, as with NO_COLOR"),
    new Option("--offline", "send nothing: use the catalogue and the cache"),
    new Option("--registry <url>", "registry to ask instead of the configured one").argParser(httpUrl),
    new Option("--osv <url>", "advisory service to ask instead of https://api.osv.dev").argParser(httpUrl),
    new Option("--min-age <duration>", "cooldown, over the project's own: 3d, 12h (ms s m h d w)").argParser(duration),
    new Option("--as-of <time>", "judge as if it were this moment (ISO 8601)").argParser(moment),
    new Option("--cache-dir <dir>", "where facts are kept"),
    new Option("--no-cache", "keep nothing on disk"),
    new Option("-v, --verbose", "show hints, all places, and more of what goes wrong"),
    new Option("-q, --quiet", "show errors only").conflicts("verbose"),
  ];
}

/** For the commands that read the settings of a folder. */
export function workspaceSettingsOption(): Option {
  return new Option("--no-workspace-settings", "leave the scanned folder's .vscode/settings.json unread");
}

/** For the commands that look through folders. */
export function ignoreOption(): Option {
  return new Option("--no-ignore", "look also into what .gitignore files leave out");
}

export function failOnOption(): Option {
  return new Option("--fail-on <severity>", "exit with 1 when there is a finding at or above it")
    .choices([...SEVERITIES.filter((severity) => severity !== "hint"), "never"])
    .default("error");
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError("Give a length of time such as 3d, 12h or 90m.");
  return ms;
}

/** ISO 8601; a day alone is its start in UTC. */
function moment(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("Give a time such as 2026-03-31T00:40:00Z.");
  return at;
}

function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError("Give an http or https address.");
  return text;
}
