/** Proxies, as `.npmrc` and the environment name them: what goes through them, what they see, and what happens when they are no help. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPorts } from "../../server/src/io/ports.ts";
import { run, scanned } from "../cli/cli.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { EMPTY_CATALOGUE, NEVER, TEST_LIMITS } from "../io/world.ts";
import { World } from "../lsp/world.ts";
import { ago, manifestText } from "../setup/projects.ts";
import { type Certificate, makeCertificate } from "./certificates.ts";
import { ProxyFake } from "./proxy-fake.ts";
import { TlsFront } from "./tls-front.ts";
import { fetchNetworkTools } from "./tools.ts";

const TOKEN = "token-of-the-registry";
/** Only the proxy knows where these are. */
const PLAIN = "http://plain.invalid/";
const SECURE = "https://secure.invalid/";
const OSV = "http://advisories.invalid";

let authority: Certificate;
let server: Certificate;
beforeAll(async () => {
  const tools = await fetchNetworkTools();
  authority = makeCertificate(tools, { name: "Authority of the tests" });
  server = makeCertificate(tools, { name: "registry", issuer: authority, hosts: ["secure.invalid"] });
}, 300_000);

let world: World;
let own: FakeRegistry;
let tls: TlsFront;
let proxy: ProxyFake;
beforeEach(async () => {
  [world, own] = [await World.create(), await startRegistry({ token: TOKEN })];
  tls = await TlsFront.start(own.url, { ...server });
  proxy = await ProxyFake.start({
    "plain.invalid": portOf(own.url),
    "secure.invalid": tls.port,
    "advisories.invalid": portOf(world.osv.url),
  });
  own.publish("@private-corp/core", "1.0.0", { at: ago({ hours: 2 }) });
  world.registry.publish("open", "1.0.0", { at: ago({ hours: 2 }) });
  world.write("package.json", manifestText({ "@private-corp/core": "1.0.0", open: "1.0.0" }));
});
afterEach(async () => {
  await world.end();
  await Promise.all([own, tls, proxy].map((one) => one.close()));
});

const portOf = (url: string) => Number(new URL(url).port);

/** The user's `.npmrc`: the private scope at this address with its login, and these lines. */
function userConfig(address: string, ...lines: readonly string[]): void {
  const ca = join(world.folder, "ca.pem");
  writeFileSync(ca, authority.cert);
  writeFileSync(
    world.userConfig,
    [
      `@private-corp:registry=${address}`,
      `${address.replace(/^https?:/, "")}:_authToken=${TOKEN}`,
      `cafile=${ca}`,
      ...lines,
      "",
    ].join("\n"),
  );
}

interface More {
  readonly osv?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function scan({ osv = world.osv.url, env = {} }: More = {}): Promise<readonly string[]> {
  const args = ["scan", "--format", "json", "--no-cache", "--registry", world.registry.url, "--osv", osv];
  const outcome = await run(world, args, { env: { ...world.env, ...env } });
  return scanned(outcome).findings.map(({ message }) => message);
}

const CORE_JUDGED = expect.stringContaining("@private-corp/core 1.0.0 was published 2 hours ago") as unknown;
const OPEN_JUDGED = expect.stringContaining("open 1.0.0 was published 2 hours ago") as unknown;
const openHost = () => new URL(world.registry.url).host;

describe("what goes through it", () => {
  type Way = readonly [
    what: string,
    address: string,
    lines: () => readonly string[],
    env: () => Readonly<Record<string, string>>,
  ];
  const WAYS: readonly Way[] = [
    ["proxy in .npmrc, http", PLAIN, () => [`proxy=${proxy.url}`], () => ({})],
    ["https-proxy in .npmrc, https", SECURE, () => [`https-proxy=${proxy.url}`], () => ({})],
    // npm takes one for both: npm-registry-fetch has no setting for each.
    ["https-proxy in .npmrc, http", PLAIN, () => [`https-proxy=${proxy.url}`], () => ({})],
    ["proxy in .npmrc, https", SECURE, () => [`proxy=${proxy.url}`], () => ({})],
    ["HTTPS_PROXY, https", SECURE, () => [], () => ({ HTTPS_PROXY: proxy.url })],
    ["https_proxy, https", SECURE, () => [], () => ({ https_proxy: proxy.url })],
    ["HTTP_PROXY, http", PLAIN, () => [], () => ({ HTTP_PROXY: proxy.url })],
    ["npm_config_https_proxy, https", SECURE, () => [], () => ({ npm_config_https_proxy: proxy.url })],
  ];

  test.each(WAYS)("%s", async (_what, address, lines, env) => {
    userConfig(address, ...lines());
    const messages = await scan({ env: env() });
    expect(messages).toContainEqual(CORE_JUDGED);
    expect(messages).toContainEqual(OPEN_JUDGED);
    expect(proxy.asked).toContain(address === SECURE ? "secure.invalid:443" : "plain.invalid");
  });

  test("the advisory service too, when the proxy is the user's", async () => {
    userConfig(PLAIN, `proxy=${proxy.url}`);
    expect(await scan({ osv: OSV })).toEqual([CORE_JUDGED, OPEN_JUDGED]);
    expect(proxy.asked).toEqual([openHost(), "advisories.invalid", "plain.invalid"].sort());
    expect(world.osv.countOf("querybatch")).toBeGreaterThan(0);
  });

  test("not the advisory service when the proxy is the project's", async () => {
    userConfig(SECURE);
    world.write(".npmrc", `proxy=${proxy.url}\n`);
    expect(await scan()).toContainEqual(CORE_JUDGED);
    expect(proxy.asked).toEqual([openHost(), "secure.invalid:443"].sort());
    expect(world.osv.countOf("querybatch")).toBeGreaterThan(0);
  });

  test.each<[string, () => readonly string[], () => Readonly<Record<string, string>>]>([
    ["noproxy in .npmrc", () => [`proxy=${proxy.url}`, "noproxy=127.0.0.1"], () => ({})],
    [
      "noproxy in .npmrc, one of several",
      () => [`proxy=${proxy.url}`, "noproxy=elsewhere.invalid,127.0.0.1"],
      () => ({}),
    ],
    ["NO_PROXY", () => [], () => ({ HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" })],
    ["NO_PROXY beside a proxy in .npmrc", () => [`proxy=${proxy.url}`], () => ({ NO_PROXY: "127.0.0.1" })],
  ])("not what %s leaves out", async (_what, lines, env) => {
    userConfig(PLAIN, ...lines());
    const messages = await scan({ env: env() });
    expect(messages).toContainEqual(CORE_JUDGED);
    expect(messages).toContainEqual(OPEN_JUDGED);
    expect(proxy.asked).toEqual(["plain.invalid"]);
  });
});

describe("what it sees", () => {
  const withLogin = () => proxy.url.replace("//", "//ann:pass%3Aword@");
  const LOGIN = `Basic ${Buffer.from("ann:pass:word").toString("base64")}`;

  test("of https no more than the host: neither the name nor the login of the registry", async () => {
    userConfig(SECURE, `https-proxy=${proxy.url}`, "noproxy=127.0.0.1");
    expect(await scan()).toContainEqual(CORE_JUDGED);
    const seen = JSON.stringify(proxy.requests);
    expect(seen).toContain("secure.invalid");
    expect(seen).not.toContain("private-corp");
    expect(seen).not.toContain(TOKEN);
    expect(own.requests.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);
  });

  test.each([
    ["http", PLAIN, []],
    ["https, with certificates not looked at", SECURE, ["strict-ssl=false"]],
    ["https, with an authority that the project names", SECURE, ["cafile=their-ca.pem"]],
  ] as const)(
    "no login of the user's where a project chose it and could read along (%s)",
    async (_what, address, lines) => {
      world.write("their-ca.pem", authority.cert);
      // The user knows another authority: the last line of a key holds.
      userConfig(address, `cafile=${world.write("another-ca.pem", server.cert)}`);
      world.write(".npmrc", [`https-proxy=${proxy.url}`, ...lines, ""].join("\n"));
      const { host } = new URL(address);
      expect(await scan()).toContainEqual(
        expect.stringContaining(
          `@private-corp/core 1.0.0 could not be looked up: ${host} refused access (401): a login for ${host} is not sent`,
        ),
      );
      expect(proxy.requests).not.toEqual([]);
      expect(JSON.stringify([proxy.requests, own.requests])).not.toContain(TOKEN);
    },
  );

  test.each<[string, string, () => readonly string[], () => Readonly<Record<string, string>>]>([
    ["https, .npmrc", SECURE, () => [`https-proxy=${withLogin()}`, "noproxy=127.0.0.1"], () => ({})],
    ["http, .npmrc", PLAIN, () => [`proxy=${withLogin()}`, "noproxy=127.0.0.1"], () => ({})],
    ["https, environment", SECURE, () => [], () => ({ HTTPS_PROXY: withLogin(), NO_PROXY: "127.0.0.1" })],
  ])("its own login, and nobody else sees that (%s)", async (_what, address, lines, env) => {
    userConfig(address, ...lines());
    expect(await scan({ env: env() })).toContainEqual(CORE_JUDGED);
    expect(new Set(proxy.requests.map(({ headers }) => headers["proxy-authorization"]))).toEqual(new Set([LOGIN]));
    const others = JSON.stringify([own, world.registry, world.osv].map(({ requests }) => requests));
    expect(others).not.toContain(LOGIN.slice("Basic ".length));
    expect(others).not.toContain("proxy-authorization");
  });
});

describe("one that is no help", () => {
  test("is not there: could not be looked up, and what needs no proxy is judged", async () => {
    const { url } = proxy;
    await proxy.close();
    proxy = await ProxyFake.start({});
    userConfig(SECURE, `https-proxy=${url}`, "noproxy=127.0.0.1");
    const messages = await scan();
    expect(messages).toContainEqual(
      "@private-corp/core 1.0.0 could not be looked up: secure.invalid could not be reached (ECONNREFUSED).",
    );
    expect(messages).toContainEqual(OPEN_JUDGED);
  });

  test.each([SECURE, PLAIN])("refuses (%s): could not be looked up", async (address) => {
    proxy.behaviour = "refuse";
    userConfig(address, `proxy=${proxy.url}`, "noproxy=127.0.0.1");
    const messages = await scan();
    expect(messages).toContainEqual(
      `@private-corp/core 1.0.0 could not be looked up: ${new URL(address).host} answered 407.`,
    );
    expect(messages).toContainEqual(OPEN_JUDGED);
    expect(own.requests).toEqual([]);
  });

  test("its login is not in what is said of it", async () => {
    proxy.behaviour = "refuse";
    userConfig(SECURE, `https-proxy=${proxy.url.replace("//", "//ann:hush@")}`, "noproxy=127.0.0.1");
    const outcome = await run(world, [
      "scan",
      "--verbose",
      "--no-cache",
      "--registry",
      world.registry.url,
      "--osv",
      world.osv.url,
    ]);
    expect(outcome.stdout).toContain("answered 407");
    expect(outcome.stdout + outcome.stderr).not.toContain("hush");
  });

  test.each([SECURE, PLAIN])("never answers (%s): given up", async (address) => {
    proxy.behaviour = "hang";
    userConfig(address, `proxy=${proxy.url}`);
    // The real parts with shorter patience, which a busy machine still gets through the proxy in: the command's own is 30 seconds.
    const ports = createPorts({
      cacheDir: null,
      offline: false,
      trusted: true,
      folders: () => [],
      asOf: null,
      env: world.env,
      limits: { ...TEST_LIMITS, timeout: 6000 },
      catalogue: EMPTY_CATALOGUE,
      registry: null,
      osv: { enabled: false, url: world.osv.url },
      log: { info: () => undefined, warn: () => undefined },
    });
    const registry = await ports.registry.resolve("@private-corp/core", world.uri());
    const facts = await ports.registry.packument({ name: "@private-corp/core", registry }, "full", NEVER);
    expect(facts).toEqual({
      known: false,
      code: "timeout",
      reason: `${new URL(address).host} did not answer within 6 seconds`,
    });
    expect(proxy.requests).not.toEqual([]);
  });
});
