/**
 * Rules as cases in files: what a project and the world hold, and what is to be said of it.
 * `UPDATE=1 npx vitest run test/rules` writes what came of each case into its file. Read every line before keeping it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../server/src/core/settings/settings.ts";
import { inspect } from "../core/world/inspect.ts";
import { testPorts } from "../core/world/ports.ts";
import { readCase } from "./case-file.ts";
import { renderOutcome } from "./render.ts";

const FOLDER = fileURLToPath(new URL("cases/", import.meta.url));
const isUpdate = process.env["UPDATE"] === "1";

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));

/** Few of the cases' projects have a cooldown; those that are about it name the rule. */
function asked(settings: unknown): unknown {
  const own = settings as { readonly rules?: object };
  return { ...own, rules: { "weak-cooldown": "off", ...own.rules } };
}

describe("rule cases", () => {
  it("are there", () => {
    expect(files.length).toBeGreaterThan(35);
  });

  it.each(files)("%s", async (name) => {
    const text = readFileSync(FOLDER + name, "utf8");
    const given = readCase(text);
    const { settings, problems } = readSettings(asked(given.settings));
    const inspection = await inspect(testPorts(given), { settings });
    const actual = `${given.given}${await renderOutcome(inspection, settings, problems, given.hovers)}`;
    if (isUpdate && actual !== text) writeFileSync(FOLDER + name, actual);
    else expect(actual).toBe(text);
  });
});
