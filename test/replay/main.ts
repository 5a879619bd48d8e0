/**
 * `npm run replay`: what would have been seen of real attacks in their first minute, and what is said of ordinary releases.
 * `npm run replay -- --held-out [FOLDER]` judges the list that no rule was mended on, and nothing else.
 */
import { pathToFileURL } from "node:url";
import { openCatalogue } from "../../server/src/core/catalogue/catalogue.ts";
import { incidents, replay, scoreOf, verdictOf, type AttackResult } from "./attacks.ts";
import { catalogueScore } from "./catalogue.ts";
import { ordinaryIn, ordinaryPackages } from "./data.ts";
import { saidOf, scenarios, wrongIn } from "./scenarios.ts";
import { judgeOrdinary, type OrdinaryResult, type Tally } from "./ordinary.ts";

/** What is said of each made-up attack, and of its ordinary twin beside its age. */
async function scenariosTable(): Promise<string> {
  const rows: (readonly string[])[] = [];
  for (const [file, scenario] of scenarios()) {
    const cells: string[] = [];
    for (const part of [scenario.attack, scenario.ordinary]) {
      const wrong = wrongIn(part, await saidOf(part), scenario);
      cells.push(wrong.length === 0 ? "as it should" : part.pending === null ? "wrong" : "not yet");
    }
    rows.push([file.replace(/\.md$/, ""), scenario.title, ...cells]);
  }
  return table(["scenario", "made-up attack", "what is said of it", "of its ordinary twin"], rows);
}

const VERDICTS = { error: "error", warning: "warning", fresh: "fresh only", nothing: "nothing" } as const;

function attacksTable(results: readonly AttackResult[]): string {
  const rows = results.map((result) => {
    const { incident, judgements, dayBefore } = result;
    const seen = judgements.map(({ rule }) => rule).filter((rule) => rule !== "fresh-release");
    return [
      incident.id,
      `${incident.package} ${incident.version}`,
      incident.technique,
      seen.length === 0 ? "" : [...new Set(seen)].join(", "),
      VERDICTS[verdictOf(result)],
      incident.before === null
        ? "new package"
        : dayBefore.length === 0
          ? "silent"
          : dayBefore.map(({ rule }) => rule).join(", "),
      incident.onlyAdvisory ?? "",
    ];
  });
  return table(
    [
      "incident",
      "release",
      "technique",
      "seen in the first minute",
      "verdict",
      "day before",
      "only an advisory could catch it",
    ],
    rows,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.min(60, Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function share(part: number, whole: number): string {
  return `${part} of ${whole} (${whole === 0 ? "none" : `${((part / whole) * 100).toFixed(1)} %`})`;
}

function ordinaryText({ packages, all, withScript, leftOut, between, alarms }: OrdinaryResult): string {
  return [
    `${all.releases.toLocaleString("en-US")} ordinary releases of ${packages} packages, ${between.join(" to ")}, each judged an hour after it came out. ${leftOut.toLocaleString("en-US")} versions are left out: their time is that of mirroring.`,
    table(
      ["", "releases", "with an error", "with a warning other than fresh-release"],
      [tallyRow("all", all), tallyRow("with an install script", withScript)],
    ),
    "",
    ...alarms.map(
      ({ release, runsScript, rule, severity, message }) =>
        `${severity}  ${rule}  ${release}${runsScript ? "  (install script)" : ""}\n    ${message}`,
    ),
  ].join("\n");
}

function tallyRow(of: string, { releases, errors, warnings }: Tally): readonly string[] {
  return [of, releases.toLocaleString("en-US"), share(errors, releases), share(warnings, releases)];
}

async function main(): Promise<void> {
  const [option, folder] = process.argv.slice(2);
  if (option === "--held-out") {
    const heldOut = folder === undefined ? ordinaryPackages("held-out") : ordinaryIn(pathToFileURL(`${folder}/`));
    if (heldOut.length === 0) throw new Error("the held-out list is not there: docs/replay.md says how to fetch it");
    process.stdout.write(`${ordinaryText(await judgeOrdinary(heldOut))}\n`);
    return;
  }
  const results: AttackResult[] = [];
  for (const incident of incidents()) results.push(await replay(incident));
  const score = scoreOf(results);
  const { named, versions } = await catalogueScore(openCatalogue());
  process.stdout.write(
    [
      `${attacksTable(results)}\n`,
      `flagged by some rule, age included:                                     ${share(score.flagged, score.attacks)}; the aim is 95 %`,
      `of those with something that runs at install, an error by more than age: ${share(score.flaggedAsError, score.withInstallSignal)}; the aim is 80 %`,
      `with today's catalogue, offline, named as compromised:                   ${share(named, versions)}\n`,
      `${await scenariosTable()}\n`,
      `${ordinaryText(await judgeOrdinary(ordinaryPackages("ordinary")))}\n`,
    ].join("\n"),
  );
}

void main();
