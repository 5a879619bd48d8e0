/**
 * What an inspection says after an edit is what a first inspection of the same files says. The projects are those of the
 * rule cases. `npm run fuzz:edits` makes 10,000 edits; DEPWARDEN_EDITS and DEPWARDEN_SEED choose others.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { ProjectReport } from "../../../server/src/core/engine/inspect.ts";
import { ProjectMemory } from "../../../server/src/core/engine/memory.ts";
import { DocumentStore } from "../../../server/src/core/project/document-store.ts";
import { readSettings } from "../../../server/src/core/settings/settings.ts";
import type { Settings } from "../../../server/src/core/settings/settings.ts";
import { readCase } from "../../rules/case-file.ts";
import { random } from "../../setup/random.ts";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";
import type { TestPorts } from "../world/ports.ts";

const FOLDER = fileURLToPath(new URL("../../rules/cases/", import.meta.url));
const cases = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));
const EDITS = Number(process.env["DEPWARDEN_EDITS"] ?? "600");
const SEED = Number(process.env["DEPWARDEN_SEED"] ?? "1");
const EDITS_OF_EACH = Math.ceil(EDITS / cases.length);

interface Change {
  readonly what: string;
  readonly settings: Settings;
}

class Editing {
  readonly #random: () => number;
  readonly #earlier: Map<string, string>[] = [];
  #settings: Settings;

  constructor(
    private readonly texts: Map<string, string>,
    private readonly choices: readonly Settings[],
    seed: number,
  ) {
    this.#random = random(seed);
    this.#settings = this.#oneOf(choices);
  }

  change(): Change {
    this.#earlier.push(new Map(this.texts));
    const path = this.#oneOf([...this.texts.keys()]);
    const text = this.texts.get(path) ?? "";
    const what = this.#oneOf(["type", "type", "type", "delete", "line", "drop", "number", "undo", "settings", "file"]);
    switch (what) {
      case "type":
        this.#write(path, this.#inserted(text, this.#oneOf(['"', "a", "1", ".", "^", "\n", "{", "}", ",", " "])));
        break;
      case "delete": {
        const at = this.#below(text.length);
        this.#write(path, text.slice(0, at) + text.slice(at + 1 + this.#below(3)));
        break;
      }
      case "line":
      case "drop": {
        const lines = text.split("\n");
        const at = this.#below(lines.length);
        const line = lines[at] ?? "";
        lines.splice(at, 1, ...(what === "line" ? [line, line] : []));
        this.#write(path, lines.join("\n"));
        break;
      }
      case "number": {
        const numbers = [...text.matchAll(/\d+/g)];
        const found = numbers[this.#below(numbers.length)];
        if (found !== undefined) {
          const end = found.index + found[0].length;
          this.#write(path, `${text.slice(0, found.index)}${this.#below(3)}${text.slice(end)}`);
        }
        break;
      }
      case "undo": {
        const before = this.#oneOf(this.#earlier);
        for (const [own, kept] of before) this.texts.set(own, kept);
        break;
      }
      case "settings":
        this.#settings = this.#oneOf(this.choices);
        break;
      case "file":
        if (this.texts.size > 1) this.texts.delete(path);
        break;
    }
    return { what: `${what} in ${path}`, settings: this.#settings };
  }

  #write(path: string, text: string): void {
    this.texts.set(path, text);
  }

  #inserted(text: string, what: string): string {
    const at = this.#below(text.length + 1);
    return text.slice(0, at) + what + text.slice(at);
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #oneOf<T>(all: readonly T[]): T {
    const one = all[this.#below(all.length)];
    if (one === undefined) throw new Error("nothing to choose from");
    return one;
  }
}

/** All that a report says, but for what it only says it with. */
function said({ findings, hidden, files, judged, unchecked, gaps, allowed, allowUsed, keptFromOsv }: ProjectReport) {
  return {
    findings,
    hidden,
    files,
    unchecked,
    gaps: [...gaps].sort(),
    allowed,
    allowUsed: [...allowUsed].sort(),
    keptFromOsv,
    judged: judged.map(({ target, subject, judgements, safe }) => ({
      release: `${subject.name}@${subject.version}`,
      direct: target.direct,
      places: [
        ...target.locked.map(({ uri, locked }) => [uri, locked.versionSpan]),
        ...target.declared.map(({ uri, span }) => [uri, span]),
      ],
      starts: [...subject.locked, ...subject.asked].map(({ uri, start }) => [uri, start]),
      judgements: judgements.map(({ at, ...rest }) => ({
        ...rest,
        at: at?.map(({ uri, start }) => [uri, start]) ?? null,
      })),
      safe,
    })),
  };
}

async function reported(
  ports: TestPorts,
  settings: Settings,
  memory: ProjectMemory,
  store: DocumentStore,
): Promise<unknown> {
  try {
    return said((await inspect(ports, { settings, memory, store })).report);
  } catch (error) {
    // A project that an edit has split in two, or taken away.
    return error instanceof Error ? error.message : String(error);
  }
}

let edits = 0;
afterAll(() => process.stdout.write(`${edits} edits, seed ${SEED}\n`));

describe("after each edit, an inspection that remembers says what a first one says", () => {
  it.each(cases)("%s", async (name) => {
    const given = readCase(readFileSync(FOLDER + name, "utf8"));
    const ports = testPorts(given);
    const own = readSettings(given.settings).settings;
    const choices = [own, own, readSettings({ minimumReleaseAge: "30d", rules: { unchecked: "off" } }).settings];
    const editing = new Editing(ports.texts, choices, SEED * 1000 + cases.indexOf(name));
    const memory = new ProjectMemory();
    const store = new DocumentStore(ports, true);
    await reported(ports, own, memory, store);
    const made: string[] = [];
    for (let edit = 0; edit < EDITS_OF_EACH; edit++) {
      const { what, settings } = editing.change();
      made.push(what);
      edits++;
      const again = await reported(ports, settings, memory, store);
      const first = await reported(ports, settings, new ProjectMemory(), new DocumentStore(ports, true));
      expect(again, `after ${made.join(", ")}`).toEqual(first);
    }
  });
});
