/** The command line: private names reach their own registry and nobody else. That nobody else hears is checked after every test (test/setup/leaks.ts). */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run, scanned } from "../cli/cli.ts";
import { ROOT } from "../setup/sandbox.ts";
import { type Arrangement, PrivateProject } from "./world.ts";

const ALL_PRIVATE = ["aliased", "below", "core", "deep", "gone", "lodahs", "newly-added"].map(
  (name) => `@private-corp/${name}`,
);
const ARRANGEMENTS: readonly Arrangement[] = ["scope", "default registry"];

let project: PrivateProject;
afterEach(() => project.end());

describe.each(ARRANGEMENTS)("private by %s", (arrangement) => {
  beforeEach(async () => {
    project = await PrivateProject.create(arrangement);
  });

  test("scan: the private packages are judged", async () => {
    const outcome = await run(project.world, ["scan", "--format", "json", "--no-cache", ...project.options]);
    const { findings } = scanned(outcome);
    const core = findings
      .filter((finding) => finding.package === "@private-corp/core" && finding.file === "package-lock.json")
      .map(({ rule }) => rule);
    expect(core).toEqual(expect.arrayContaining(["fresh-release", "new-install-script", "new-dependency"]));
    expect(project.askedOfOwn).toEqual(expect.arrayContaining(ALL_PRIVATE));
    const advisories = project.own.requests.filter(({ kind }) => kind === "bulk").map(({ body }) => body);
    // Of the release itself, of the established one that it is compared with, and of what it newly depends on.
    for (const [name, version] of [
      ["core", "1.1.0"],
      ["core", "1.0.0"],
      ["newly-added", "1.0.0"],
      ["below", "1.0.0"],
    ]) {
      expect(
        advisories.some(
          (body) =>
            (JSON.parse(body) as Record<string, string[]>)[`@private-corp/${name ?? ""}`]?.includes(version ?? "") ===
            true,
        ),
      ).toBe(true);
    }
    expect(outcome.stderr).toBe("");
  });

  test("scan: public packages are still looked up where they are public", async () => {
    await run(project.world, ["scan", "--no-cache", ...project.options]);
    if (arrangement === "scope") {
      for (const name of ["open-old", "open-new", "open-added"])
        expect(project.world.registry.countOf(name)).toBeGreaterThan(0);
      // `open-added` came in through a private package too.
      for (const name of ["open-old", "open-new", "open-added"])
        expect(project.world.osv.requests.some(({ body }) => body.includes(`"${name}"`))).toBe(true);
    } else {
      // Behind one registry with a login nothing tells a public name from a private one.
      expect(project.sentToPublic).toBe("");
    }
  });

  test.each([
    "@private-corp/core@1.1.0",
    "@private-corp/core@^1.0.0",
    "@private-corp/core",
    "@private-corp/gone@1.0.0",
    "open-new@1.1.0",
  ])("explain %s", async (what) => {
    const outcome = await run(project.world, ["explain", what, "--no-cache", ...project.options]);
    expect(outcome.stdout).toContain(what.replace(/(.)@.*/, "$1"));
    expect(project.askedOfOwn.length).toBeGreaterThan(0);
    if (what.startsWith("@private-corp/core"))
      expect(project.askedOfOwn).toEqual(
        expect.arrayContaining(["@private-corp/below", "@private-corp/core", "@private-corp/newly-added"]),
      );
  });
});

describe("what a request holds", () => {
  /** docs/privacy.md lists them. */
  const HEADERS = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "if-none-match",
    "user-agent",
  ];
  const all = () => [project.own, project.world.registry, project.world.osv].flatMap(({ requests }) => [...requests]);

  beforeEach(async () => {
    project = await PrivateProject.create("scope");
  });

  test("no more headers than the documentation says, and the tool's name and version alone", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
    const kept = join(project.world.folder, "kept");
    await run(project.world, ["scan", "--cache-dir", kept, ...project.options]);
    await run(project.world, ["explain", "open-new@1.1.0", "--cache-dir", kept, ...project.options]);
    expect(
      [...new Set(all().flatMap(({ headers }) => Object.keys(headers)))].filter((name) => !HEADERS.includes(name)),
    ).toEqual([]);
    expect(new Set(all().map(({ headers }) => headers["user-agent"]))).toEqual(new Set([`depwarden/${version}`]));
  });

  test("names and versions, and nothing else of the project", async () => {
    await run(project.world, ["scan", "--no-cache", ...project.options]);
    const sent = all().map(({ method, path, body }) => `${method} ${path} ${body}`);
    expect(sent.every((request) => /^(GET|HEAD|POST) /.test(request))).toBe(true);
    expect(all().filter(({ method, path }) => method !== "HEAD" && path.endsWith(".tgz"))).toEqual([]);
    for (const own of [project.world.folder, "private-app", "/ui", "postinstall", "new.js", "from-git", "from-url"])
      expect(sent.filter((request) => request.includes(own))).toEqual([]);
  });

  test("a login goes to its registry alone, and neither into what is kept nor into what is said", async () => {
    const { own, world } = project;
    const kept = join(world.folder, "kept");
    const outcome = await run(world, ["scan", "--verbose", "--cache-dir", kept, ...project.options]);
    const token = own.requests[0]?.headers.authorization?.replace("Bearer ", "") ?? "";
    expect(token).not.toBe("");
    expect(JSON.stringify([world.registry.requests, world.osv.requests])).not.toContain(token);
    expect(outcome.stdout + outcome.stderr).not.toContain(token);
    const files = (await readdir(kept, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(await readFile(join(file.parentPath, file.name), "latin1")).not.toContain(token);
  });
});
