import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Npmrc, type NpmrcOptions } from "../../server/src/io/npmrc.ts";
import { World } from "./world.ts";

const NPMJS = "https://registry.npmjs.org/";
let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

function npmrc(options: Partial<NpmrcOptions> = {}): Npmrc {
  return new Npmrc({
    trusted: true,
    registry: null,
    env: world.env,
    log: { info: () => undefined, warn: (message) => world.warnings.push(message) },
    ...options,
  });
}

const uri = (path: string) => pathToFileURL(join(world.folder, path)).href;

describe("the registry of a name", () => {
  it("is npmjs where nothing says otherwise", async () => {
    const found = await npmrc().resolve("leftpad", world.projectUri);
    expect([found.url, found.isPublic, found.connection.hasCredentials(NPMJS)]).toEqual([NPMJS, true, false]);
    expect(world.warnings).toEqual([]);
  });

  it("is the project's before the user's, and a scope's own before both", async () => {
    world.write("home/.npmrc", "registry=https://user.example/npm\n@mine:registry=https://mine.example/\n");
    world.write("project/.npmrc", "registry=https://project.example\n");
    const config = npmrc();
    expect((await config.resolve("leftpad", world.projectUri)).url).toBe("https://project.example/");
    expect((await config.resolve("@mine/x", world.projectUri)).url).toBe("https://mine.example/");
    expect((await config.resolve("@other/x", world.projectUri)).url).toBe("https://project.example/");
    expect((await config.resolve("leftpad", "untitled:Untitled-1")).url).toBe("https://user.example/npm/");
  });

  it("is the one given for this run, but for scopes", async () => {
    world.write("project/.npmrc", "registry=https://project.example\n@mine:registry=https://mine.example/\n");
    const config = npmrc({ registry: "https://given.example/npm" });
    const given = await config.resolve("leftpad", world.projectUri);
    expect([given.url, given.isPublic]).toEqual(["https://given.example/npm/", true]);
    expect((await config.resolve("@mine/x", world.projectUri)).url).toBe("https://mine.example/");
  });

  it("comes from the workspace's root for its packages, and from the folder itself where it has its own", async () => {
    world.write("project/package.json", JSON.stringify({ workspaces: ["packages/*"] }));
    world.write("project/.npmrc", "registry=https://root.example\n");
    world.write("project/packages/a/package.json", "{}");
    world.write("project/packages/b/package.json", "{}");
    world.write("project/packages/b/.npmrc", "registry=https://b.example\n");
    mkdirSync(join(world.folder, "project/packages/a/src"));
    const config = npmrc();
    expect((await config.resolve("x", uri("project/packages/a"))).url).toBe("https://root.example/");
    expect((await config.resolve("x", uri("project/packages/a/src"))).url).toBe("https://root.example/");
    expect((await config.resolve("x", uri("project/packages/b"))).url).toBe("https://b.example/");
  });

  it("does not come from above a project that belongs to no workspace", async () => {
    world.write(".npmrc", "registry=https://above.example\n");
    world.write("package.json", "{}");
    expect((await npmrc().resolve("x", world.projectUri)).url).toBe(NPMJS);
  });

  it("is read anew after a refresh, and not before", async () => {
    const config = npmrc();
    await config.resolve("x", world.projectUri);
    world.write("project/.npmrc", "registry=https://later.example\n");
    expect((await config.resolve("x", world.projectUri)).url).toBe(NPMJS);
    config.refresh();
    expect((await config.resolve("x", world.projectUri)).url).toBe("https://later.example/");
  });
});

describe("a name is public", () => {
  it.each([
    ["on npmjs, login or not", "//registry.npmjs.org/:_authToken=t", "x", true],
    ["on Yarn's mirror of npmjs", "registry=https://registry.yarnpkg.com", "x", true],
    ["on a default registry without a login", "registry=https://mirror.example", "x", true],
    ["not on a default registry with one", "registry=https://inner.example\n//inner.example/:_authToken=t", "x", false],
    ["not on one with a user and password", "registry=https://inner.example\n//inner.example/:username=u\n//inner.example/:_password=cA==", "x", false],
    ["not in a scope with a registry of its own", "@mine:registry=https://inner.example", "@mine/x", false],
    ["in a scope whose registry is the default one", "registry=https://mirror.example\n@mine:registry=https://mirror.example", "@mine/x", true],
    ["in a scope that is sent to npmjs", "registry=https://inner.example\n@open:registry=https://registry.npmjs.org", "@open/x", true],
    ["in another scope", "@mine:registry=https://inner.example", "@other/x", true],
  ])("%s", async (_what, text, name, expected) => {
    world.write("project/.npmrc", `${text}\n`);
    expect((await npmrc().resolve(name, world.projectUri)).isPublic).toBe(expected);
  });
});

describe("credentials", () => {
  it("are for their host, port and path only", async () => {
    world.write("project/.npmrc", "registry=https://inner.example/npm/\n//inner.example/npm/:_authToken=t\n");
    const { connection } = await npmrc().resolve("x", world.projectUri);
    expect(connection.to("https://inner.example/npm/x").authorization).toBe("Bearer t");
    for (const other of ["https://evil.example/npm/x", "https://inner.example:8443/npm/x", "https://inner.example.evil.example/npm/x"]) {
      expect(connection.to(other).authorization).toBeNull();
    }
  });
});

describe("a workspace that is not trusted", () => {
  it("chooses nothing", async () => {
    world.write("home/.npmrc", "@mine:registry=https://mine.example/\n");
    world.write(
      "project/.npmrc",
      [
        "registry=https://evil.example/${SECRET}/",
        "@mine:registry=https://evil.example/",
        "//registry.npmjs.org/:_authToken=${SECRET}",
        "https-proxy=http://evil.example:3128",
        "strict-ssl=false",
        "userconfig=./evil",
        "cafile=/dev/zero",
      ].join("\n"),
    );
    const config = npmrc({ trusted: false, env: { ...world.env, SECRET: "hush" } });
    const found = await config.resolve("leftpad", world.projectUri);
    expect(found.url).toBe(NPMJS);
    const sent = found.connection.to(NPMJS);
    expect(sent.authorization).toBeNull();
    expect([sent.tls.proxy, sent.tls.strictSSL, sent.tls.ca]).toEqual([null, true, null]);
    expect((await config.resolve("@mine/x", world.projectUri)).url).toBe("https://mine.example/");
  });
});

describe("hostile configuration", () => {
  it.each([
    ["an address of another kind", "registry=file:///etc/passwd"],
    ["no address", "registry=not an address"],
    ["a list of addresses", "registry[]=https://evil.example"],
    ["a section of that name", "[registry]\na=b"],
    ["a key into the prototype", "__proto__=x\n[__proto__]\nregistry=https://evil.example"],
    ["settings that exclude each other", "before=2020-01-01\nmin-release-age=3"],
    ["a certificate file that never ends", "cafile=/dev/zero"],
    ["a key file that never ends", "//registry.npmjs.org/:certfile=/dev/zero\n//registry.npmjs.org/:keyfile=/dev/zero"],
    ["settings that npm dropped", "_auth=abc\n_authToken=def\nproduction=true\nunknown-thing=1"],
    ["nothing but noise", "\u0000\u0001=\u0002\n====\n[[[]]]"],
  ])("does no harm: %s", async (_what, text) => {
    const before = JSON.stringify(process.env);
    const title = process.title;
    world.write("project/.npmrc", `${text}\n`);
    const { url, connection } = await npmrc().resolve("leftpad", world.projectUri);
    expect(url).toBe(NPMJS);
    expect(connection.to(NPMJS).authorization).toBeNull();
    expect(JSON.stringify(process.env)).toBe(before);
    expect(process.title).toBe(title);
  });

  it("that is a folder is left out with a warning", async () => {
    mkdirSync(join(world.project, ".npmrc"));
    expect((await npmrc().resolve("leftpad", world.projectUri)).url).toBe(NPMJS);
    expect(world.warnings).toHaveLength(1);
    expect(world.warnings[0]).toContain(".npmrc");
  });

  it("of the user that is a folder leaves the project's in place", async () => {
    world.write("project/.npmrc", "registry=https://project.example\n");
    const config = npmrc({ env: { ...world.env, npm_config_userconfig: world.folder } });
    expect((await config.resolve("leftpad", world.projectUri)).url).toBe("https://project.example/");
    expect(world.warnings.join()).toContain("EISDIR");
  });

  it("does not quote secrets in warnings", async () => {
    world.write("project/.npmrc", "registry=ftp://user:hush@evil.example\n");
    await npmrc().resolve("leftpad", world.projectUri);
    expect(world.warnings).toHaveLength(1);
    expect(world.warnings.join()).not.toContain("hush");
  });
});
