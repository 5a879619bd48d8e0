/** A workspace that is not trusted chooses no host. What it says of private names still keeps them from the public ones (test/setup/leaks.ts looks). */
import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { SERVER } from "../setup/sandbox.ts";
import { says } from "./says.ts";
import { Sends } from "./sends.ts";
import { type Arrangement, PrivateProject } from "./world.ts";

const ARRANGEMENTS: readonly Arrangement[] = ["scope", "default registry"];

let project: PrivateProject;
afterEach(() => project.end());

describe.each(ARRANGEMENTS)("private by %s", (arrangement) => {
  test("nothing is sent to the registry that the workspace names, and its names to nobody", async () => {
    project = await PrivateProject.create(arrangement);
    const { world, own, manifest, lockfile } = project;
    const sends = new Sends(world);
    // The user's own configuration knows the login, and no scope.
    const login = `${own.url.replace("http:", "")}:_authToken=theirs\n`;
    writeFileSync(world.userConfig, arrangement === "scope" ? login : `${login}registry=${world.registry.url}\n`);
    const client = await world.start({
      program: SERVER,
      env: sends.env,
      settings: project.settings,
      initializationOptions: { trusted: false },
    });
    const uri = await world.open(client, "package.json", manifest);
    await world.open(client, "package-lock.json", lockfile);
    const diagnostics = await client.diagnostics(uri, (found) =>
      found.some((one) => one.code === "unchecked" && says(one, "@private-corp/core")),
    );
    expect(
      diagnostics.filter((one) =>
        says(one, "could not be looked up: the workspace, which is not trusted, names a private registry for it"),
      ),
    ).toHaveLength(1);
    await client.execute("depwarden.scanWorkspace");
    await client.stop();
    expect(own.requests).toEqual([]);
    expect(sends.programs).toEqual([]);
    expect(project.sentToPublic.includes("open-new")).toBe(arrangement === "scope");
  });
});
