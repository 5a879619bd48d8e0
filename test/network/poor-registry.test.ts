/** Registries that know less than npmjs: the best answer that their facts allow, and one note of what could not be known. */
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FindingJson, run, scanned } from "../cli/cli.ts";
import { malware } from "../fakes/osv.ts";
import { type FakeRegistry, type RegistryOptions, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";

const ABBREVIATED = "application/vnd.npm.install-v1+json";

let world: World;
let poor: FakeRegistry;
beforeEach(async () => {
  world = await World.create();
});
afterEach(async () => {
  await world.end();
  await poor.close();
});

async function start(options: RegistryOptions = {}): Promise<void> {
  poor = await startRegistry(options);
  poor.bulkStatus = 404;
  publish(poor);
}

/** `old` long ago, `young` two hours ago with a script that it had not. */
function publish(registry: FakeRegistry): void {
  registry.publish("old", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("young", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("young", "1.1.0", { at: ago({ hours: 2 }), scripts: { postinstall: "node x.js" } });
}

/** Serves one document for all forms that a client may ask for: what the registry has, changed. */
async function serveOnly(
  name: string,
  accept: string,
  change: (packument: Record<string, unknown>) => void = () => undefined,
): Promise<void> {
  const packument = (await (await fetch(`${poor.url}${name}`, { headers: { accept } })).json()) as Record<
    string,
    unknown
  >;
  change(packument);
  poor.raw(name, JSON.stringify(packument), { "content-type": accept });
}

const undatedTarballs = () => poor.fail(({ kind }) => kind === "tarball", { kind: "status", status: 404 });

const DECLARED = { old: "^1.0.0", young: "^1.0.0" };

type Locked = Readonly<Record<string, string>>;

function write(locked: Locked): void {
  world.write("package.json", manifestText(DECLARED));
  world.write(
    "package-lock.json",
    lockfileText(DECLARED, Object.fromEntries(Object.entries(locked).map(([name, version]) => [name, { version }]))),
  );
}

/** Commits a lockfile, so many days ago. */
function commit(locked: Locked, days: number): void {
  write(locked);
  const date = ago({ days });
  const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.invalid"];
  for (const args of [
    ["init", "--quiet"],
    ["add", "."],
    [...identity, "commit", "--quiet", "--message=Lock"],
  ]) {
    execFileSync("git", args, {
      cwd: world.project,
      env: { ...world.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
  }
}

async function scan(locked: Locked = { old: "1.0.0", young: "1.1.0" }): Promise<readonly FindingJson[]> {
  write(locked);
  const outcome = await run(world, [
    "scan",
    "--format",
    "json",
    "--no-cache",
    "--registry",
    poor.url,
    "--osv",
    world.osv.url,
  ]);
  return scanned(outcome).findings;
}

/** Of the lockfile, as "rule package"; notes apart. */
const judged = (findings: readonly FindingJson[]) =>
  findings
    .filter(({ file, rule }) => file === "package-lock.json" && rule !== "unchecked")
    .map(({ rule, package: name }) => `${rule} ${name}`)
    .sort();
const notes = (findings: readonly FindingJson[]) =>
  findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message);
const host = () => new URL(poor.url).host;

test("beside them: a registry that tells all", async () => {
  await start();
  const findings = await scan();
  expect(judged(findings)).toEqual(["fresh-release young", "new-install-script young"]);
  expect(notes(findings)).toEqual([]);
});

describe("without `time`", () => {
  const withoutTime = async () => {
    for (const name of ["old", "young"])
      await serveOnly(name, "application/json", (packument) => Reflect.deleteProperty(packument, "time"));
  };

  test("tarballs date what is old; a script is compared with the version before, and of what is young its age is told as not known", async () => {
    await start();
    await withoutTime();
    const findings = await scan();
    expect(judged(findings)).toEqual(["new-install-script young"]);
    expect(notes(findings)).toEqual([`young 1.1.0 could not be dated: ${host()} does not say when it was published.`]);
  });

  test("a script that the committed version had not is new", async () => {
    await start();
    await withoutTime();
    commit({ old: "1.0.0", young: "1.0.0" }, 1);
    const findings = await scan();
    expect(judged(findings)).toEqual(["new-install-script young"]);
    expect(notes(findings)).toEqual([`young 1.1.0 could not be dated: ${host()} does not say when it was published.`]);
  });

  test("the date of a commit, which its author chooses, dates nothing", async () => {
    await start();
    await withoutTime();
    undatedTarballs();
    commit({ old: "1.0.0" }, 10);
    const findings = await scan({ old: "1.0.0", young: "1.1.0" });
    expect(notes(findings)).toEqual([
      `2 packages could not be dated: ${host()} does not say when it was published: old 1.0.0, young 1.1.0.`,
    ]);
  });

  test("nor dated tarballs: one note for all", async () => {
    await start();
    await withoutTime();
    undatedTarballs();
    const findings = await scan();
    expect(notes(findings)).toEqual([
      `2 packages could not be dated: ${host()} does not say when it was published: old 1.0.0, young 1.1.0.`,
    ]);
  });

  test("advisories are asked for all the same", async () => {
    await start();
    await withoutTime();
    world.osv.add(malware("MAL-2099-1", "young", ["1.1.0"], { published: ago({ hours: 1 }) }));
    expect(judged(await scan())).toContain("compromised young");
  });
});

describe("with nothing but the abbreviated form", () => {
  const abbreviatedOnly = async () => {
    for (const name of ["old", "young"]) await serveOnly(name, ABBREVIATED);
  };

  test("of one that runs a script neither age nor text is known: one note", async () => {
    await start();
    await abbreviatedOnly();
    const findings = await scan();
    expect(judged(findings)).toEqual(["unapproved-install-script young"]);
    expect(notes(findings)).toEqual([
      `young 1.1.0 could not be dated or checked for install scripts: ${host()} states neither.`,
    ]);
  });

  test("a version whose package has not changed for long is known to be old", async () => {
    await start();
    await abbreviatedOnly();
    undatedTarballs();
    expect(notes(await scan({ old: "1.0.0" }))).not.toEqual(
      expect.arrayContaining([expect.stringContaining("old 1.0.0 could not be dated")]),
    );
  });
});

describe("a mirror that keeps what was removed", () => {
  test("serves a compromised version: the advisory speaks", async () => {
    await start({ mirror: true, mirroredAt: ago({ days: 30 }) });
    poor.unpublish("young", "1.1.0");
    world.osv.add(malware("MAL-2099-1", "young", ["1.1.0"], { published: ago({ hours: 1 }) }));
    const findings = await scan();
    expect(judged(findings)).toContain("compromised young");
    expect(notes(findings)).toEqual([]);
  });

  test("gives the time of mirroring for a publish time: a release looks no older than it is", async () => {
    await start({ mirror: true, mirroredAt: ago({ hours: 1 }) });
    const findings = await scan();
    expect(judged(findings)).toEqual(
      expect.arrayContaining(["fresh-release old", "fresh-release young", "new-install-script young"]),
    );
    expect(notes(findings)).toEqual([]);
  });

  test("answers 405 to a question for advisories: nothing is missing while OSV answers, and one note when it does not", async () => {
    await start({ mirror: true, mirroredAt: ago({ days: 30 }) });
    poor.bulkStatus = 405;
    expect(notes(await scan())).toEqual([]);
    world.osv.fail("*", { kind: "status", status: 403 });
    expect(notes(await scan())).toEqual([
      `2 packages could not be checked against advisories: ${new URL(world.osv.url).host} refused access (403): old 1.0.0, young 1.1.0.`,
    ]);
  });
});

describe("with `time` that is no good", () => {
  test.each<[string, (time: Record<string, unknown>) => void]>([
    ["null for the version", (time) => (time["1.1.0"] = null)],
    ["words", (time) => (time["1.1.0"] = "lately")],
    ["no key for the version", (time) => Reflect.deleteProperty(time, "1.1.0")],
    [
      "`unpublished` that is null, as Artifactory writes it",
      (time) => {
        time["unpublished"] = null;
        Reflect.deleteProperty(time, "1.1.0");
      },
    ],
  ])("%s: one note, and the rest is judged", async (_what, change) => {
    await start();
    await serveOnly("young", "application/json", (packument) => change(packument["time"] as Record<string, unknown>));
    commit({ old: "1.0.0", young: "1.0.0" }, 1);
    const findings = await scan();
    expect(judged(findings)).toEqual(["new-install-script young"]);
    expect(notes(findings)).toEqual([`young 1.1.0 could not be dated: ${host()} does not say when it was published.`]);
  });
});
