/** The settings of Depwarden in what a client gives, whichever of the usual forms it gives them in. */

const SECTION = "depwarden";
const PREFIX = `${SECTION}.`;

/** The members of a section. `trace` is the client's own. */
const NAMES: ReadonlySet<string> = new Set([
  "minimumReleaseAge",
  "closeInspectionAge",
  "rules",
  "allow",
  "registry",
  "osv",
  "offline",
  "pinStyle",
  "exclude",
  "trace",
]);

export type GivenSettings =
  /** The section itself, or what is no object: `readSettings` says so. */
  | { readonly kind: "section"; readonly section: unknown }
  /** All settings of the client, with those of Depwarden among them under its name. */
  | { readonly kind: "all"; readonly section: unknown }
  /** An object without any of them. */
  | { readonly kind: "none" };

/**
 * Some clients answer with all their settings whatever the section that is asked for, nested (`{"depwarden": {…}}`) or
 * flat (`{"depwarden.offline": true}`); some with `{}` where they have none.
 */
export function givenSettings(raw: unknown): GivenSettings {
  if (!isRecord(raw)) return { kind: "section", section: raw };
  const nested = Object.hasOwn(raw, SECTION) ? raw[SECTION] : undefined;
  const flat = flatSettings(raw);
  if (nested === undefined && flat === null)
    return Object.keys(raw).some((name) => NAMES.has(name)) ? { kind: "section", section: raw } : { kind: "none" };
  if (flat === null) return nested === null ? { kind: "none" } : { kind: "all", section: nested };
  return { kind: "all", section: isRecord(nested) ? { ...flat, ...nested } : flat };
}

/** Of `depwarden.offline` and `depwarden.osv.url`; null where there is none. */
function flatSettings(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  const found = new Map<string, unknown>();
  const osv = new Map<string, unknown>();
  for (const [key, value] of Object.entries(raw)) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    if (name.startsWith("osv.")) osv.set(name.slice("osv.".length), value);
    else found.set(name, value);
  }
  if (osv.size > 0) found.set("osv", Object.fromEntries(osv));
  return found.size === 0 ? null : Object.fromEntries(found);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
