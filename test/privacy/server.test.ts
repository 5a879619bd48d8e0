/** The language server: opening, pointing, mending and scanning tell nobody else of private names (test/setup/leaks.ts looks). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../lsp/client.ts";
import { rangeOf, versionIn } from "../setup/projects.ts";
import { says } from "./says.ts";
import { type Arrangement, PrivateProject } from "./world.ts";

const ARRANGEMENTS: readonly Arrangement[] = ["scope", "default registry"];

let project: PrivateProject;
afterEach(() => project.end());

describe.each(ARRANGEMENTS)("private by %s", (arrangement) => {
  let client: Client;
  beforeEach(async () => {
    project = await PrivateProject.create(arrangement);
    client = await project.world.start({ settings: project.settings });
  });

  test("opening, hovers and quick fixes", async () => {
    const { world, manifest, lockfile } = project;
    const opened = await world.open(client, "package.json", manifest);
    const locked = await world.open(client, "package-lock.json", lockfile);
    const diagnostics = await client.diagnostics(opened, (found) =>
      found.some((one) => one.code === "suspicious-release" && says(one, "@private-corp/core")),
    );
    await client.diagnostics(locked, (found) => found.some((one) => says(one, "@private-corp/deep")));
    for (const name of [
      "@private-corp/core",
      "@private-corp/gone",
      "another-name",
      "@private-corp/from-git",
      "open-new",
    ]) {
      await client.hover(opened, rangeOf(manifest, `"${name}"`).start);
      await client.hover(opened, rangeOf(manifest, `"${name}"`).end);
    }
    expect(await client.hoverText(locked, versionIn(lockfile, "@private-corp/core", "1.1.0").start)).toContain(
      "private\\-corp\\/core",
    );
    for (const diagnostic of diagnostics) await client.codeActions(opened, [diagnostic]);
    expect(await client.codeActions(opened, diagnostics, ["source.fixAll.depwarden"])).not.toEqual([]);
    expect(project.askedOfOwn).toEqual(expect.arrayContaining(["@private-corp/core", "@private-corp/newly-added"]));
    if (arrangement === "scope") expect(project.sentToPublic).toContain("open-added");
    else expect(project.sentToPublic).toBe("");
  });

  test("a private dependency that is written, another registry that is written, and a scan", async () => {
    const { world, manifest, own } = project;
    const uri = await world.open(client, "package.json", manifest);
    await client.atVersion(uri, 1);
    const version = await client.change(
      uri,
      manifest.replace('"open-old": "^1.0.0"', '"@private-corp/below": "^1.0.0"'),
    );
    await client.diagnostics(
      uri,
      (found, entry) => entry.version === version && found.some((one) => says(one, "@private-corp/below")),
    );
    expect(own.countOf("@private-corp/below")).toBeGreaterThan(0);
    const result = await client.execute("depwarden.scanWorkspace");
    expect(JSON.stringify(result)).toContain("@private-corp/core");
  });

  test("a private registry that never answers holds up no one and is not replaced", async () => {
    const { world, manifest, own } = project;
    own.fail("*", { kind: "hang" });
    const uri = await world.open(client, "package.json", manifest);
    await client.until(
      () => (own.countOf("@private-corp/core") > 0 ? true : undefined),
      () => "it was not asked",
    );
    if (arrangement === "scope")
      await client.diagnostics(uri, (found) => found.some((one) => says(one, "open-new 1.1.0 was published")));
    expect(project.sentToPublic.includes("open-new")).toBe(arrangement === "scope");
    // What the lockfile alone tells is a hint.
    expect((client.shown(uri) ?? []).filter((one) => says(one, "@private-corp/core") && one.severity !== 4)).toEqual(
      [],
    );
  });

  test("clearing the cache and another setting make it ask anew, and nobody else", async () => {
    const { world, manifest, own } = project;
    const uri = await world.open(client, "package.json", manifest);
    await client.idle();
    own.clearRequests();
    await client.execute("depwarden.clearCache");
    await client.filesChanged(world.uri(".npmrc"));
    await client.settingsChanged();
    await client.until(
      () => (own.countOf("@private-corp/core") > 0 ? true : undefined),
      () => "nothing was asked anew",
    );
    await client.idle(client.statuses.length);
    expect(client.shown(uri)).not.toEqual([]);
  });
});
