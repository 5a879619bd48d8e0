/** Settings as a person writes them, read defensively: a wrong entry is told and left out, the others hold. */
import { validRange } from "semver";
import * as v from "valibot";
import { DAY, parseDuration } from "../util/duration.ts";
import { oneLine } from "../util/sanitize.ts";
import { PIN_STYLES, type PinStyle } from "../fixes/pin.ts";
import { RULE_METAS } from "../rules/index.ts";
import { SEVERITIES } from "../rules/rule.ts";
import type { Severity, SeveritySettings } from "../rules/rule.ts";

export interface AllowEntry {
  /** Its place in the list as written. */
  readonly index: number;
  readonly package: string;
  /** A semver range or exact versions; null: every version. */
  readonly versions: string | null;
  /** Rule ids; null: every rule but those that must be named. */
  readonly rules: readonly string[] | null;
  readonly reason: string;
  /** Holds until this moment, ms since epoch; null: without end. */
  readonly until: number | null;
}

export interface Settings {
  /** `isDefault`: the user has set none, so that the project's own comes first. */
  readonly cooldown: { readonly ms: number; readonly origin: string; readonly isDefault?: true };
  /** Releases younger than this are looked into closely, ms. */
  readonly closeInspectionMs: number;
  readonly severities: SeveritySettings;
  readonly allow: readonly AllowEntry[];
  /** null: as `.npmrc` says. */
  readonly registry: string | null;
  readonly osv: { readonly enabled: boolean; readonly url: string };
  readonly offline: boolean;
  readonly pinStyle: PinStyle;
  /** Globs of files and folders that a scan leaves out. */
  readonly exclude: readonly string[];
}

export interface SettingsReading {
  readonly settings: Settings;
  /** One sentence for each entry that was left out. */
  readonly problems: readonly string[];
}

const DEFAULT_COOLDOWN = { ms: 3 * DAY, origin: "the default", isDefault: true } as const;
const DEFAULT_CLOSE_INSPECTION = 30 * DAY;
export const DEFAULT_OSV = "https://api.osv.dev";

export const DEFAULT_SETTINGS: Settings = {
  cooldown: DEFAULT_COOLDOWN,
  closeInspectionMs: DEFAULT_CLOSE_INSPECTION,
  severities: new Map(),
  allow: [],
  registry: null,
  osv: { enabled: true, url: DEFAULT_OSV },
  offline: false,
  pinStyle: "exact",
  exclude: [],
};

const httpUrl = v.pipe(
  v.string(),
  v.check((text) => /^https?:\/\/[^\s/?#][^\s?#]*$/i.test(text), "is not an http(s) address"),
);

/** Each entry is held against each finding of its package, and each of its versions too. */
const MOST_ENTRIES = 1_000;
const MOST_VERSIONS = 100;
/** Longer than any that has a meaning. */
const LONGEST_RANGE = 256;

/** All alternatives; only those that are read need to be ranges. */
const versions = v.pipe(
  v.union([
    v.string(),
    // An empty list would otherwise be the empty range, which is every version.
    v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.nonEmpty()),
  ]),
  v.transform((written) => (typeof written === "string" ? [written] : written).flatMap((one) => one.split("||"))),
  v.check((list) => list.slice(0, MOST_VERSIONS).every(isRange)),
);

function isRange(text: string): boolean {
  return text.length <= LONGEST_RANGE && validRange(text) !== null;
}

// A key that is misspelt is no key that is missing: without its "until" an entry would have no end.
const allowEntry = v.strictObject({
  package: v.pipe(v.string(), v.nonEmpty()),
  versions: v.optional(versions),
  rules: v.optional(v.array(v.string())),
  reason: v.pipe(v.string(), v.trim(), v.nonEmpty("needs a reason")),
  until: v.optional(v.string()),
});

type RawSection = Readonly<Record<string, unknown>>;

/** Reads one entry; a wrong one adds a problem and gives the fallback. */
class Reader {
  readonly problems: string[] = [];
  readonly #raw: RawSection;
  readonly #osv: RawSection;

  constructor(raw: unknown) {
    this.#raw = this.#section("depwarden", raw);
    this.#osv = this.#section("depwarden.osv", own(this.#raw, "osv"));
  }

  #section(name: string, value: unknown): RawSection {
    if (isRecord(value)) return value;
    if (value !== undefined && value !== null) this.problems.push(`${name} is not an object; it is ignored.`);
    return {};
  }

  read<T>(name: string, schema: v.GenericSchema<unknown, T>, fallback: T): T {
    const value = name.startsWith("osv.") ? own(this.#osv, name.slice("osv.".length)) : own(this.#raw, name);
    if (value === undefined || value === null) return fallback;
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    this.problems.push(`depwarden.${name}: ${result.issues[0].message}; it is ignored.`);
    return fallback;
  }
}

/** Reads the `depwarden` section of a client's or a workspace's settings. Never throws. */
export function readSettings(raw: unknown): SettingsReading {
  const reader = new Reader(raw);
  const settings: Settings = {
    cooldown: readCooldown(reader),
    closeInspectionMs: readCloseInspection(reader),
    severities: readSeverities(reader),
    allow: readAllow(reader),
    registry: reader.read(
      "registry",
      v.union([
        v.pipe(
          v.literal(""),
          v.transform(() => null),
        ),
        httpUrl,
      ]),
      null,
    ),
    osv: {
      enabled: reader.read("osv.enabled", v.boolean(), true),
      url: reader.read(
        "osv.url",
        v.union([
          v.pipe(
            v.literal(""),
            v.transform(() => DEFAULT_OSV),
          ),
          httpUrl,
        ]),
        DEFAULT_OSV,
      ),
    },
    offline: reader.read("offline", v.boolean(), false),
    pinStyle: reader.read("pinStyle", v.picklist(PIN_STYLES), "exact"),
    exclude: readExclude(reader),
  };
  return { settings, problems: reader.problems };
}

/** Each glob is held against each file, and the settings may be those of the folder that is scanned. */
const MOST_GLOBS = 100;

function readExclude(reader: Reader): readonly string[] {
  const globs = [...new Set(reader.read("exclude", v.array(v.string()), []))];
  if (globs.length <= MOST_GLOBS) return globs;
  reader.problems.push(
    `depwarden.exclude has ${globs.length} globs, more than the ${MOST_GLOBS} that are read; the others are left out.`,
  );
  return globs.slice(0, MOST_GLOBS);
}

function readCooldown(reader: Reader): Settings["cooldown"] {
  const text = reader.read("minimumReleaseAge", v.string(), "");
  if (text.trim() === "") return DEFAULT_COOLDOWN;
  const ms = parseDuration(text);
  if (ms !== null) return { ms, origin: "depwarden.minimumReleaseAge" };
  reader.problems.push("depwarden.minimumReleaseAge is not a length of time such as 3d, 12h or 90m; it is ignored.");
  return DEFAULT_COOLDOWN;
}

function readCloseInspection(reader: Reader): number {
  const text = reader.read("closeInspectionAge", v.string(), "");
  const ms = text.trim() === "" ? DEFAULT_CLOSE_INSPECTION : parseDuration(text);
  if (ms !== null) return ms;
  reader.problems.push("depwarden.closeInspectionAge is not a length of time such as 30d; it is ignored.");
  return DEFAULT_CLOSE_INSPECTION;
}

function readSeverities(reader: Reader): Settings["severities"] {
  const severities = new Map<string, Severity | null>();
  for (const [id, value] of Object.entries(reader.read("rules", v.record(v.string(), v.unknown()), {}))) {
    const severity = value === "off" ? null : SEVERITIES.find((known) => known === value);
    if (!isRule(id)) reader.problems.push(`depwarden.rules names ${JSON.stringify(id)}, which is not a rule.`);
    else if (severity === undefined)
      reader.problems.push(
        `depwarden.rules: the value of ${id} must be one of ${SEVERITIES.join(", ")}, off; it is ignored.`,
      );
    else severities.set(id, severity);
  }
  return severities;
}

function readAllow(reader: Reader): readonly AllowEntry[] {
  const entries: AllowEntry[] = [];
  const written = reader.read("allow", v.array(v.unknown()), []);
  if (written.length > MOST_ENTRIES)
    reader.problems.push(
      `depwarden.allow has ${written.length} entries, more than the ${MOST_ENTRIES} that are read; the others are left out.`,
    );
  for (const [index, raw] of written.slice(0, MOST_ENTRIES).entries()) {
    const result = v.safeParse(allowEntry, raw);
    const until = result.success ? readUntil(result.output.until) : null;
    const unknownRules = result.success ? (result.output.rules ?? []).filter((id) => !isRule(id)) : [];
    for (const id of unknownRules)
      reader.problems.push(`depwarden.allow: entry ${index + 1} names ${JSON.stringify(id)}, which is not a rule.`);
    if (!result.success)
      reader.problems.push(`depwarden.allow: entry ${index + 1} ${wrongIn(result.issues)}; it is ignored.`);
    else if (until === undefined)
      reader.problems.push(
        `depwarden.allow: entry ${index + 1} (${result.output.package}) has an "until" that is not a date; it is ignored.`,
      );
    else {
      const { output } = result;
      if (output.versions !== undefined && output.versions.length > MOST_VERSIONS)
        reader.problems.push(
          `depwarden.allow: entry ${index + 1} (${oneLine(output.package, 100)}) has ${output.versions.length} versions, more than the ${MOST_VERSIONS} that are read; the others are left out.`,
        );
      entries.push({
        index,
        package: output.package,
        versions:
          output.versions
            ?.slice(0, MOST_VERSIONS)
            .map((one) => one.trim())
            .join(" || ") ?? null,
        rules: output.rules ?? null,
        reason: output.reason,
        until,
      });
    }
  }
  return entries;
}

function isRule(id: string): boolean {
  return RULE_METAS.some((meta) => meta.id === id);
}

function wrongIn([first]: readonly [v.InferIssue<typeof allowEntry>, ...unknown[]]): string {
  const key: unknown = first.path?.[0].key;
  if (first.type === "strict_object" && first.expected === "never")
    return `has ${oneLine(JSON.stringify(key), 60)}, which is none of package, versions, rules, reason, until`;
  return key === "versions"
    ? "has versions that are not a range"
    : key === "rules"
      ? "has rules that are not a list of names"
      : key === "until"
        ? 'has an "until" that is not a date'
        : "needs a package and a reason";
}

/** A bare day holds to its end (UTC). undefined: not a date. */
function readUntil(text: string | undefined): number | null | undefined {
  if (text === undefined || text === "") return null;
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(T.+)?$/.exec(text) ?? [];
  const at = Date.parse(text);
  // JavaScript reads the 30th of February as the 2nd of March.
  if (day === undefined || Number.isNaN(at) || !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day))
    return undefined;
  return time === undefined ? at + DAY - 1 : at;
}

function own(section: RawSection, key: string): unknown {
  return Object.hasOwn(section, key) ? section[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
