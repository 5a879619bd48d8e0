/** A real verdaccio that asks for a login: its packages are judged for those who may see them, and nobody else hears their names (test/setup/leaks.ts). */
import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { run, scanned } from "../cli/cli.ts";
import { World } from "../lsp/world.ts";
import { says } from "../privacy/says.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { Sandbox } from "../setup/sandbox.ts";
import { fetchNetworkTools } from "./tools.ts";
import { Verdaccio } from "./verdaccio.ts";

const DECLARED = { "@private-corp/core": "^1.0.0", "@private-corp/quiet": "1.0.0", open: "^1.0.0" };
const MANIFEST = manifestText(DECLARED);
const lockfile = (): string => {
  const locked = (name: string) => {
    const file = name.slice(name.indexOf("/") + 1);
    return { version: "1.0.0", resolved: `${verdaccio.url}${name}/-/${file}-1.0.0.tgz` };
  };
  return lockfileText(DECLARED, {
    "@private-corp/core": locked("@private-corp/core"),
    "@private-corp/quiet": locked("@private-corp/quiet"),
    open: { version: "1.0.0" },
  });
};

let home: Sandbox;
let verdaccio: Verdaccio;
beforeAll(async () => {
  const tools = await fetchNetworkTools();
  home = new Sandbox();
  verdaccio = await Verdaccio.start(tools, home);
  await verdaccio.publish({
    name: "@private-corp/core",
    version: "1.0.0",
    scripts: { postinstall: "node ours.js" },
    dependencies: { "@private-corp/quiet": "1.0.0" },
  });
  await verdaccio.publish({ name: "@private-corp/quiet", version: "1.0.0" });
  await verdaccio.publish({ name: "open", version: "1.0.0" });
}, 300_000);
afterAll(async () => {
  await verdaccio.stop();
  home.remove();
});

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("open", "1.0.0", { at: ago({ days: 400 }) });
  world.write("package.json", MANIFEST);
  world.write("package-lock.json", lockfile());
  // With a cooldown, so that there is nothing to say of that.
  world.write(".npmrc", `min-release-age=3\n@private-corp:registry=${verdaccio.url}\n`);
});
afterEach(() => world.end());

const host = () => new URL(verdaccio.url).host;
const scan = async (...args: readonly string[]) =>
  scanned(await run(world, ["scan", "--format", "json", "--no-cache", "--osv", world.osv.url, ...args]));
const viaScope = () => scan("--registry", world.registry.url);

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Each way in which `.npmrc` can hold a login. */
const LOGINS: readonly (readonly [what: string, lines: () => readonly string[]])[] = [
  ["_authToken", () => [`${verdaccio.nerfDart}:_authToken=${verdaccio.token}`]],
  ["_auth", () => [`${verdaccio.nerfDart}:_auth=${base64(`${verdaccio.login.user}:${verdaccio.login.password}`)}`]],
  [
    "username and _password",
    () => [
      `${verdaccio.nerfDart}:username=${verdaccio.login.user}`,
      `${verdaccio.nerfDart}:_password=${base64(verdaccio.login.password)}`,
    ],
  ],
];

test("verdaccio itself shows nothing without a login", async () => {
  expect((await fetch(`${verdaccio.url}@private-corp%2fcore`)).status).toBe(401);
});

describe("without a login", () => {
  const TOLD =
    /^2 packages could not be looked up: 127\.0\.0\.1:\d+ refused access \(401\): @private-corp\/core 1\.0\.0, @private-corp\/quiet 1\.0\.0\.$/;

  test("the command line says that the private ones could not be checked, once, and judges the others", async () => {
    const { findings, summary } = await viaScope();
    expect(findings.filter(({ message }) => message.includes("401"))).toMatchObject([
      { rule: "unchecked", severity: "information", message: expect.stringMatching(TOLD) as string },
    ]);
    expect(findings.every(({ rule }) => rule === "unchecked")).toBe(true);
    expect(summary).toMatchObject({ packages: 3, unchecked: 2 });
    expect(world.registry.countOf("open")).toBeGreaterThan(0);
  });

  test("so does the server", async () => {
    const client = await world.start();
    const uri = await world.open(client, "package.json", MANIFEST);
    const diagnostics = await client.diagnostics(uri, (found) => found.some(({ code }) => code === "unchecked"));
    expect(diagnostics.filter((one) => says(one, "401"))).toMatchObject([
      { code: "unchecked", severity: 3, message: expect.stringMatching(TOLD) as string },
    ]);
  });

  test("a login for another registry is not sent, and does not help", async () => {
    writeFileSync(world.userConfig, `//elsewhere.invalid/:_authToken=${verdaccio.token}\n`);
    expect((await viaScope()).findings.filter(({ message }) => message.includes("(401)"))).toHaveLength(1);
  });

  test("one that is no longer good is told in the same words", async () => {
    writeFileSync(world.userConfig, `${verdaccio.nerfDart}:_authToken=no-longer-good\n`);
    expect((await viaScope()).findings.filter(({ message }) => message.includes("refused access (401)"))).toHaveLength(
      1,
    );
  });
});

describe.each(LOGINS)("with %s", (_what, lines) => {
  test.each(["the user's", "a trusted project's"])("in %s .npmrc: age, scripts, and findings", async (whose) => {
    const mapping = `@private-corp:registry=${verdaccio.url}`;
    if (whose === "the user's") writeFileSync(world.userConfig, `${lines().join("\n")}\n`);
    else world.write(".npmrc", `${[mapping, ...lines()].join("\n")}\n`);

    const { findings } = await viaScope();
    expect(
      findings.filter(({ file }) => file === "package-lock.json").map(({ rule, package: name }) => `${rule} ${name}`),
    ).toEqual([
      "new-install-script @private-corp/core",
      "fresh-release @private-corp/core",
      "fresh-release @private-corp/quiet",
    ]);
    // What verdaccio cannot tell, in one note: it has no advisories, and nobody else is asked.
    expect(findings.filter(({ rule }) => rule === "unchecked").map(({ message }) => message)).toEqual([
      `2 packages could not be checked against advisories: names from ${host()} are not sent to advisory services, and it has no advisories of its own: @private-corp/core 1.0.0, @private-corp/quiet 1.0.0.`,
    ]);

    const explained = await run(world, [
      "explain",
      "@private-corp/core@1.0.0",
      "--format",
      "json",
      "--no-cache",
      "--registry",
      world.registry.url,
      "--osv",
      world.osv.url,
    ]);
    const packument = (await (
      await fetch(`${verdaccio.url}@private-corp%2fcore`, { headers: { authorization: `Bearer ${verdaccio.token}` } })
    ).json()) as { time: Record<string, string> };
    expect(JSON.parse(explained.stdout)).toMatchObject({
      published: packument.time["1.0.0"],
      installScripts: { postinstall: "node ours.js" },
    });
  });
});

test("the server judges what a login shows, and hovers tell it", async () => {
  writeFileSync(world.userConfig, `${verdaccio.nerfDart}:_authToken=${verdaccio.token}\n`);
  const client = await world.start();
  const uri = await world.open(client, "package.json", MANIFEST);
  // What is known is shown at once, and the rest follows.
  const found = await client.diagnostics(uri, (diagnostics) =>
    ["fresh-release", "new-install-script"].every((rule) => diagnostics.some(({ code }) => code === rule)),
  );
  const script = found.find(({ code }) => code === "new-install-script");
  expect(script?.message).toContain("@private-corp/core 1.0.0 newly runs a postinstall script (node ours.js)");
  expect(await client.hoverText(uri, script?.range.start ?? { line: 0, character: 0 })).toContain(
    "postinstall: node ours.js",
  );
});

test("a token that the environment holds is sent in a trusted project", async () => {
  world.write(
    ".npmrc",
    `@private-corp:registry=${verdaccio.url}\n${verdaccio.nerfDart}:_authToken=\${CORP_NPM_TOKEN}\n`,
  );
  const outcome = await run(
    world,
    ["scan", "--format", "json", "--no-cache", "--registry", world.registry.url, "--osv", world.osv.url],
    { env: { ...world.env, CORP_NPM_TOKEN: verdaccio.token } },
  );
  expect(scanned(outcome).findings.map(({ rule }) => rule)).toContain("new-install-script");
});

test("as the default registry: public names that it serves are private too, and nobody is asked of them", async () => {
  world.write(".npmrc", `registry=${verdaccio.url}\n`);
  writeFileSync(world.userConfig, `${verdaccio.nerfDart}:_authToken=${verdaccio.token}\n`);
  const { findings } = await scan();
  expect(findings.map(({ rule, package: name }) => `${rule} ${name}`)).toContain("fresh-release open");
  expect([...world.registry.requests, ...world.osv.requests]).toEqual([]);
});
