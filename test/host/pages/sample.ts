/** The sample, as somebody sees it who opens it. The pictures are those that the README shows. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { savePicture } from "../pictures.ts";
import { until } from "../wait.ts";
import type { Problem } from "../problems.ts";
import type { Workbench } from "../workbench.ts";
import type { PageTest } from "./page-test.ts";

const ASKED = '"axios": "^1.14.0"';

function isFinding(problem: Problem, file: string, code: string, name: string): boolean {
  return (
    problem.source === "depwarden" &&
    problem.file === file &&
    problem.code === code &&
    problem.message.startsWith(`${name} `)
  );
}

async function problemsWith(
  workbench: Workbench,
  what: string,
  ...wanted: readonly ((problem: Problem) => boolean)[]
): Promise<readonly Problem[]> {
  let problems: readonly Problem[] = [];
  const look = async () => {
    problems = await workbench.problems();
    return wanted.every((satisfies) => problems.some(satisfies)) && problems;
  };
  return until(what, look, { saw: () => JSON.stringify(problems) });
}

export const sample: readonly PageTest[] = [
  {
    name: "a person opens the sample, reads Problems, hovers, pins with Ctrl+., and updates the lockfile",
    moment: "after",
    run: async (workbench, world) => {
      await workbench.openFile("package-lock.json");
      await workbench.select('"node_modules/axios": {');
      const problems = await problemsWith(
        workbench,
        "the findings of both files",
        (problem) => isFinding(problem, "package-lock.json", "compromised", "axios"),
        (problem) => isFinding(problem, "package-lock.json", "compromised", "plain-crypto-js"),
        (problem) => isFinding(problem, "package.json", "compromised", "axios"),
      );
      const places = problems
        .filter(({ code }) => code === "compromised")
        .map(({ file, line, column }) => `${file}:${line}:${column}`);
      assert.deepEqual(places.sort(), ["package-lock.json:353:19", "package-lock.json:56:19", "package.json:13:15"]);
      await workbench.topOfProblems();
      await savePicture(workbench, "problems");

      await workbench.openFile("package.json");
      await workbench.togglePanel();
      const hover = await workbench.hoverText(ASKED, "1.14.0", "Advisories");
      assert.match(hover, /Published 31 March 2026, 00:21 UTC/);
      assert.match(hover, /Safe version: 1\.14\.0/);
      await savePicture(workbench, "hover");

      const pin = "Pin axios to 1.14.0";
      assert.equal((await workbench.quickFixes(ASKED, "1.14.0", pin))[0], pin);
      await savePicture(workbench, "quick-fix");
      await workbench.page.keyboard.press("Escape");
      await workbench.quickFix(ASKED, "1.14.0", pin);
      await until("the edit", async () => (await workbench.editorText()).includes('"axios": "1.14.0"'));

      const offer =
        "package-lock.json still locks the old version. Update it now? Nothing is installed, and no script runs.";
      const offers = async (): Promise<number> =>
        (await workbench.notifications()).filter((text) => text.startsWith(offer)).length;
      await until("the offer to update the lockfile", async () => (await offers()) === 1);
      await workbench.answerNotification("package-lock.json still locks", "Update Lockfile");
      const lockfile = join(world.project, "package-lock.json");
      // Empty for a moment while npm writes it.
      const written = await until(
        "npm to write the lockfile",
        async () => {
          const text = await readFile(lockfile, "utf8");
          return text.trimEnd().endsWith("}") && !text.includes("plain-crypto-js") && text;
        },
        { time: 120_000 },
      );
      const locked = JSON.parse(written) as { packages: Record<string, { version: string }> };
      assert.equal(locked.packages["node_modules/axios"]?.version, "1.14.0");
      // What is left is what let it in.
      const left = await until("the findings of both files to go", async () => {
        const own = (await workbench.problems()).filter(({ source }) => source === "depwarden");
        return own.every(({ code }) => code === "weak-cooldown") && own;
      });
      assert.deepEqual(
        left.map(({ file, line, column }) => `${file}:${line}:${column}`),
        ["package.json:1:1"],
      );
      await workbench.togglePanel();
      const fix = "Set a cooldown of 3 days: min-release-age=3 in .npmrc";
      assert.equal((await workbench.quickFixes("{", "{", fix))[0], fix);
      await savePicture(workbench, "cooldown");
      await workbench.page.keyboard.press("Escape");
      await workbench.quickFix("{", "{", fix);
      await until("Problems to be empty", async () =>
        (await workbench.problems()).every(({ source }) => source !== "depwarden"),
      );
      await until(
        "the new file",
        async () => (await readFile(join(world.project, ".npmrc"), "utf8").catch(() => "")) === "min-release-age=3\n",
      );
    },
  },
  {
    name: "Scan Workspace from the palette tells what it found, and the status item how fresh facts are",
    moment: "after",
    run: async (workbench) => {
      await workbench.openFile("package.json");
      await workbench.runCommand("Depwarden: Scan Workspace");
      await until("the scan's summary", async () =>
        (await workbench.notifications()).some((text) =>
          /^Depwarden checked 32 packages in 2 files: 2 errors\.$/.test(text),
        ),
      );
      await workbench.languageStatus("Depwarden\nFacts from ");
    },
  },
  {
    name: "what could not be checked is told in Problems and by the status item",
    moment: "after",
    run: async (workbench, world) => {
      world.osv.fail("*", { kind: "status", status: 503 });
      await workbench.openFile("package.json");
      await problemsWith(
        workbench,
        "what could not be checked",
        ({ code, message }) =>
          code === "unchecked" &&
          /^32 packages could not be checked against advisories: 127\.0\.0\.1:\d+ answered 503: /.test(message),
      );
      await workbench.languageStatus("Depwarden: some checks failed");
    },
  },
];
