/**
 * Made-up attacks, one a Markdown file, each judged in its first hour through a project of its own; and beside each a twin
 * that looks alike and is ordinary. What both parts share stands first, in the blocks of rule cases
 * (`test/rules/case-file.ts`). `## Attack` has what it alone holds, and a block `json expect`; `## Ordinary` has what its
 * twin holds. What a part's `world` says of a release goes before the shared one. A block `text pending` says why a part does
 * not hold yet, `text later` why the first hour is over.
 */
import { readdirSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { readSettings } from "../../server/src/core/settings/settings.ts";
import { inspect } from "../core/world/inspect.ts";
import { testPorts } from "../core/world/ports.ts";
import { worldSchema, type WorldInput } from "../core/world/schema.ts";
import { readCase, type RuleCase } from "../rules/case-file.ts";

const FOLDER = new URL("scenarios/", import.meta.url);

const expected = v.strictObject({
  rule: v.string(),
  severity: v.picklist(["error", "warning", "information"]),
  /** Of which package, where that is not told by the rule. */
  package: v.exactOptional(v.string()),
  /** A part of the message. */
  says: v.exactOptional(v.string()),
});
type Expected = v.InferOutput<typeof expected>;

export interface Part {
  readonly given: RuleCase;
  /** What has to be said of it; null: nothing but `fresh-release`. */
  readonly expect: readonly Expected[] | null;
  /** Why it does not hold yet. */
  readonly pending: string | null;
}

export interface Scenario {
  readonly title: string;
  /** Why it is not judged in its first hour; null where it is. */
  readonly later: string | null;
  readonly attack: Part;
  readonly ordinary: Part;
}

export function scenarios(): readonly (readonly [string, Scenario])[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => [name, readScenario(readFileSync(new URL(name, FOLDER), "utf8"))]);
}

/** @throws on a file of another form */
export function readScenario(text: string): Scenario {
  const [head = "", attack, ordinary, more] = text.split(/^## (?:Attack|Ordinary)$/m);
  if (
    attack === undefined ||
    ordinary === undefined ||
    more !== undefined ||
    !/^## Attack$[^]*^## Ordinary$/m.test(text)
  )
    throw new Error('a scenario has "## Attack" and then "## Ordinary"');
  const { content: later, rest: shared } = taken(head, "text later");
  const [first, second] = [partOf(shared, attack), partOf(shared, ordinary)];
  if (first.expect === null || first.expect.length === 0) throw new Error("nothing is expected of the attack");
  if (second.expect !== null) throw new Error("something is expected of the ordinary twin");
  return { title: first.given.title, later, attack: first, ordinary: second };
}

function partOf(shared: string, own: string): Part {
  const below = taken(own, "json world");
  const above = taken(shared, "json world");
  const expect = taken(below.rest, "json expect");
  const pending = taken(expect.rest, "text pending");
  const world = JSON.stringify(together(above.content, below.content));
  const blocks = `${above.rest}\n${pending.rest}\n\`\`\`json world\n${world}\n\`\`\`\n`;
  return {
    given: readCase(`${blocks}\n## Findings\n`),
    expect: expect.content === null ? null : v.parse(v.array(expected), JSON.parse(expect.content)),
    pending: pending.content === null ? null : pending.content.trim(),
  };
}

/** The block of that name; null where there is none. */
function taken(text: string, info: string): { readonly content: string | null; readonly rest: string } {
  const [before = "", behind, more] = text.split(`\`\`\`${info}\n`);
  if (more !== undefined) throw new Error(`several blocks ${info}`);
  if (behind === undefined) return { content: null, rest: text };
  const end = behind.indexOf("\n```");
  if (end === -1) throw new Error(`a block ${info} without an end`);
  return { content: behind.slice(0, end), rest: `${before}${behind.slice(end + 4)}` };
}

/** Releases of both; those of the second in place of those of the first. */
function together(first: string | null, second: string | null): WorldInput {
  const [above, below] = [first, second].map((text) => JSON.parse(text ?? "{}") as WorldInput);
  const packages = { ...above?.packages };
  for (const [name, releases] of Object.entries(below?.packages ?? {}))
    packages[name] = { ...packages[name], ...releases };
  const world: WorldInput = { ...above, ...below, packages, about: { ...above?.about, ...below?.about } };
  v.parse(worldSchema, world);
  return world;
}

/** A finding as its test shows it. */
export interface Said {
  readonly rule: string;
  readonly severity: string;
  readonly package: string;
  readonly message: string;
}

/** What is said of it, each once. What a project has not set up of its own is no part of a scenario. */
export async function saidOf({ given }: Part): Promise<readonly Said[]> {
  const { settings, problems } = readSettings({
    rules: { "weak-cooldown": "off", "unapproved-install-script": "off" },
  });
  if (problems.length > 0) throw new Error(problems.join("; "));
  const { report } = await inspect(testPorts(given), { settings });
  const unread = report.files.filter(({ error }) => error !== null);
  if (unread.length > 0) throw new Error(`unread: ${unread.map(({ file }) => file).join(", ")}`);
  const said = report.findings.map(({ rule, severity, message, ...finding }): [string, Said] => [
    [rule, severity, message].join("\n"),
    { rule, severity, package: finding.package, message },
  ]);
  return [...new Map(said).values()];
}

/**
 * Of what is expected of an attack, that which is not said; of its twin, what is said and should not be: all but that it is
 * fresh, and in that what is said of the attack.
 */
export function wrongIn(part: Part, said: readonly Said[], { attack }: Scenario): readonly (Expected | Said)[] {
  if (part.expect === null) {
    const words = (attack.expect ?? []).flatMap(({ rule, says }) => (rule === "fresh-release" ? (says ?? []) : []));
    return said.filter(
      ({ rule, severity, message }) =>
        rule !== "fresh-release" || severity !== "warning" || words.some((word) => message.includes(word)),
    );
  }
  return part.expect.filter(
    (one) =>
      !said.some(
        (finding) =>
          finding.rule === one.rule &&
          finding.severity === one.severity &&
          (one.package === undefined || finding.package === one.package) &&
          finding.message.includes(one.says ?? ""),
      ),
  );
}
