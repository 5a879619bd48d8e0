import { readSettings } from "../core/settings/settings.ts";
import type { Settings } from "../core/settings/settings.ts";
import { givenSettings } from "./settings-section.ts";
import { within } from "./within.ts";

/** How long the client may take to answer before what is known without it counts, ms. */
const PATIENCE = 3000;

/** Where a client that has settings does not give them, and none were given at the start, nothing may be sent: a person may have said so. */
const UNTIL_KNOWN = { offline: true };

const LATE = Symbol("no answer yet");

export interface SettingsClient {
  /** Sends `workspace/configuration`; null: the client cannot be asked. */
  readonly ask: ((scope: string) => Promise<unknown>) | null;
  /** `initializationOptions.settings`: what holds where the client gives nothing. */
  readonly atStart: unknown;
  readonly warn: (message: string) => void;
  /** An answer that was no longer waited for has come: other settings may hold than were used. */
  readonly onLateAnswer: () => void;
}

/** Settings by resource: pulled from the client and kept until it says that they changed. */
export class SettingsSource {
  readonly #client: SettingsClient;
  readonly #kept = new Map<string, Promise<Settings>>();
  readonly #told = new Set<string>();
  #fallback: unknown;
  /** The client has let one question go unanswered: the others are not waited for. */
  #isSilent = false;

  constructor(client: SettingsClient) {
    this.#client = client;
    const given = givenSettings(client.atStart);
    this.#fallback = given.kind === "none" ? undefined : given.section;
  }

  /** @param scope a folder's URI: settings differ by folder, not by file */
  of(scope: string): Promise<Settings> {
    const kept = this.#kept.get(scope);
    if (kept !== undefined) return kept;
    const fresh = this.#pull(scope);
    this.#kept.set(scope, fresh);
    return fresh;
  }

  /** @param pushed the client's own settings, from a client that pushes them */
  changed(pushed: unknown): void {
    this.#kept.clear();
    this.#isSilent = false;
    const given = givenSettings(pushed);
    if (given.kind === "all" && isGiven(given.section)) this.#fallback = given.section;
  }

  async #pull(scope: string): Promise<Settings> {
    const { ask } = this.#client;
    if (ask === null) return this.#read(this.#fallback);
    const answer = ask(scope);
    try {
      const raw = await within(this.#isSilent ? 0 : PATIENCE, answer, LATE);
      if (raw !== LATE) return this.#readAnswer(raw);
    } catch (error) {
      this.#fallBack(`answered workspace/configuration with an error (${messageOf(error)})`);
      // It is asked again when the settings are next needed.
      this.#kept.delete(scope);
      return this.#read(this.#fallback ?? UNTIL_KNOWN);
    }
    this.#isSilent = true;
    this.#fallBack("has not answered workspace/configuration");
    void this.#takeLate(scope, answer);
    return this.#read(this.#fallback ?? UNTIL_KNOWN);
  }

  /** An answer that comes late counts from then on, if no newer question was asked. */
  async #takeLate(scope: string, answer: Promise<unknown>): Promise<void> {
    const present = this.#kept.get(scope);
    try {
      const raw = await answer;
      this.#isSilent = false;
      if (this.#kept.get(scope) !== present || !isGiven(raw)) return;
      this.#kept.set(scope, Promise.resolve(this.#readAnswer(raw)));
      this.#client.onLateAnswer();
    } catch (error) {
      this.#fallBack(`answered workspace/configuration late, with an error (${messageOf(error)})`);
    }
  }

  #fallBack(what: string): void {
    const instead = isGiven(this.#fallback)
      ? "The settings in initializationOptions count."
      : "Nothing is sent until the settings are known; a client can give them in initializationOptions.settings.";
    this.#tell(`The client ${what}. ${instead}`);
  }

  /** An answer without settings counts as no answer: the settings at the start hold. */
  #readAnswer(raw: unknown): Settings {
    if (!isGiven(raw)) return this.#read(this.#fallback);
    const given = givenSettings(raw);
    if (given.kind === "none") {
      if (isGiven(this.#fallback)) this.#fallBack("answered workspace/configuration with none of Depwarden's settings");
      return this.#read(this.#fallback);
    }
    const { kind, section } = given;
    if (typeof section === "object" && !Array.isArray(section)) {
      if (kind === "all")
        this.#tell(
          "The client answered workspace/configuration with all its settings, though one section was asked for. Those under depwarden count.",
        );
      if (isGiven(this.#client.atStart))
        this.#tell(
          "The client's answer to workspace/configuration counts, and not the settings in initializationOptions.",
        );
      return this.#read(section);
    }
    this.#fallBack("answered workspace/configuration with something that is not an object; it is ignored");
    return this.#read(this.#fallback ?? UNTIL_KNOWN);
  }

  #read(raw: unknown): Settings {
    const { settings, problems } = readSettings(raw);
    for (const problem of problems) this.#tell(problem);
    return settings;
  }

  /** Says each thing once. */
  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#client.warn(message);
  }
}

/** Clients answer null for a section that nobody has set. */
function isGiven(raw: unknown): boolean {
  return raw !== undefined && raw !== null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
