/** A login is for one registry; what came over a connection is for those who are connected in the same way. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registryKey, type ReleaseRef } from "../../server/src/core/ports.ts";
import { Connection, connectionOf, DEFAULT_CONNECTION_OPTIONS } from "../../server/src/io/connection.ts";
import { Http } from "../../server/src/io/http.ts";
import type { RealPorts } from "../../server/src/io/ports.ts";
import { RegistryConfigs } from "../../server/src/io/registries/index.ts";
import { json, startLoopback, type Loopback, type RecordedRequest } from "../fakes/loopback.ts";
import { startOsv, type FakeOsv } from "../fakes/osv.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { NEVER, TEST_LIMITS, World } from "./world.ts";

const TOKEN = "token-of-the-person";
const PUBLISHED = { at: "2024-01-01T00:00:00Z" };

let world: World;
let registry: FakeRegistry;
/** Answers whatever it is asked: a registry or a proxy that a project chose. */
let other: Loopback<RecordedRequest>;
let answer: (request: RecordedRequest) => ReturnType<typeof json>;

beforeEach(async () => {
  world = new World();
  registry = await startRegistry();
  registry.publish("leftpad", "1.0.0", PUBLISHED);
  answer = () => json(404, {});
  other = await startLoopback(
    (request) => request,
    (request) => answer(request),
  );
  for (const project of ["one", "two"]) world.write(`${project}/package.json`, "{}");
});
afterEach(async () => {
  await Promise.all([registry.close(), other.close()]);
  await world.remove();
});

const hostOf = (url: string): string => new URL(url).host;
const folder = (project: string): string => pathToFileURL(join(world.folder, project)).href;
const redirect = (location: string) => ({ ...json(302, {}), headers: { location } });

async function releaseIn(ports: RealPorts, project: string): Promise<ReleaseRef> {
  return { name: "leftpad", version: "1.0.0", registry: await ports.registry.resolve("leftpad", folder(project)) };
}

async function facts(ports: RealPorts, project: string, name = "leftpad") {
  const ref = { name, registry: await ports.registry.resolve(name, folder(project)) };
  return ports.registry.packument(ref, "full", NEVER);
}

describe("a login", () => {
  it("of the person's does not go where a project's registry redirects to", async () => {
    world.write("home/.npmrc", `//${hostOf(registry.url)}/:_authToken=${TOKEN}\n`);
    world.write("one/.npmrc", `registry=${other.origin}/\n`);
    answer = () => redirect(`${registry.url}leftpad`);
    expect(await facts(world.ports(), "one")).toMatchObject({ known: true });
    expect(registry.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it("for another path of the same host does not go along to a path that the registry chose", async () => {
    world.write("home/.npmrc", `//${hostOf(other.origin)}/private/:_authToken=${TOKEN}\n`);
    world.write("one/.npmrc", `registry=${other.origin}/open/\n`);
    answer = ({ path }) => (path === "/open/leftpad" ? redirect("/private/leftpad") : json(404, {}));
    const ports = world.ports();
    await facts(ports, "one");
    const ref = await releaseIn(ports, "one");
    await ports.registry.tarballModified(ref, `${other.origin}/private/leftpad-1.0.0.tgz`, NEVER);
    expect(other.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/open/leftpad", undefined],
      ["/private/leftpad", undefined],
      ["/private/leftpad-1.0.0.tgz", undefined],
    ]);
  });

  it("that was left behind at one redirect does not come back at the next", async () => {
    answer = () => redirect(`${registry.url}leftpad`);
    registry.fail("leftpad", { kind: "redirect", location: `${other.origin}/on`, times: 1 });
    const credentials = { [`//${hostOf(registry.url)}/:_authToken`]: TOKEN };
    const options = () => DEFAULT_CONNECTION_OPTIONS;
    const connection = new Connection({ registry: registry.url, options, credentials: () => credentials });
    await new Http(TEST_LIMITS).send({ method: "GET", url: `${registry.url}leftpad`, connection }, NEVER);
    const sent = [...registry.requests, ...other.requests].map(({ headers }) => headers.authorization);
    expect(sent).toEqual([`Bearer ${TOKEN}`, undefined, undefined]);
  });

  it("goes along to another path of its host, as with npm", async () => {
    world.write("one/.npmrc", `registry=${other.origin}/npm/\n//${hostOf(other.origin)}/npm/:_authToken=t\n`);
    answer = ({ path }) => (path === "/npm/leftpad" ? redirect("/files/leftpad") : json(404, {}));
    await facts(world.ports(), "one");
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer t", "Bearer t"]);
  });

  it("with a certificate of the client leaves both behind at another host, another port and plain http", () => {
    const options = { ...DEFAULT_CONNECTION_OPTIONS, cert: "CERT", key: "KEY" };
    const credentials = { "//inner.example/:_authToken": TOKEN };
    const registryUrl = "https://inner.example/npm/";
    const connection = new Connection({
      registry: registryUrl,
      options: () => options,
      credentials: () => credentials,
    });
    const sent = (url: string): readonly unknown[] => {
      const { tls, authorization } = connection.to(url);
      return [authorization, tls.cert, tls.key];
    };
    expect(sent("https://inner.example/files/x")).toEqual([`Bearer ${TOKEN}`, "CERT", "KEY"]);
    for (const url of ["https://other.example/", "https://inner.example:8443/", "http://inner.example/npm/x"]) {
      expect(sent(url)).toEqual([null, null, null]);
    }
  });

  it("that holds a line break is not sent, and the reason names no part of it", async () => {
    world.write("one/.npmrc", `registry=${registry.url}\n//${hostOf(registry.url)}/:_authToken=\${NPM_TWO_LINES}\n`);
    const ports = world.ports({ env: { ...world.env, NPM_TWO_LINES: `${TOKEN}\r\nx-more: 1` } });
    const login = `the login that is configured for ${hostOf(registry.url)}`;
    const reason = `${login} has a line break or another character in it that cannot be sent`;
    expect(await facts(ports, "one")).toEqual({ known: false, code: "unauthorized", reason });
    expect(registry.requests).toEqual([]);
  });
});

describe("a variable of the environment in a login that a project's file names", () => {
  /** A login for `#host#`, whose registry is at `#url#`, in a project's file. */
  const FORMS: readonly (readonly [manager: string, file: string, text: string])[] = [
    ...["npm@11.19.1", "pnpm@9.15.9", "yarn@1.22.22", "bun@1.4.4"].flatMap((manager) =>
      [":_authToken=${NAME}", ":_auth=${NAME}", ":username=u\n//#host#/:_password=${NAME}"].map(
        (login) => [manager, ".npmrc", `@s:registry=#url#\n//#host#/${login}`] as const,
      ),
    ),
    ["yarn@4.18.1", ".yarnrc.yml", 'npmRegistryServer: "#url#"\nnpmAuthToken: "${NAME}"'],
    [
      "yarn@4.18.1",
      ".yarnrc.yml",
      'npmRegistryServer: "#url#"\nnpmRegistries:\n  "//#host#":\n    npmAuthIdent: "u:${NAME}"',
    ],
    ["yarn@4.18.1", ".yarnrc.yml", 'npmScopes:\n  s:\n    npmRegistryServer: "#url#"\n    npmAuthToken: "x${NAME}"'],
    ["bun@1.4.4", "bunfig.toml", '[install.scopes]\ns = { url = "#url#", token = "$NAME" }'],
    ["bun@1.4.4", "bunfig.toml", '[install]\nregistry = { url = "#url#", username = "u", password = "$NAME" }'],
    ["bun@1.4.4", "bunfig.toml", '[install.scopes]\ns = "#scheme#://u:$NAME@#host#/"'],
  ];
  const SECRET_TEXT = "c2VjcmV0";

  async function resolved(
    [manager, file, text]: (typeof FORMS)[number],
    { name, url, home = {} }: { name: string; url: string; home?: Readonly<Record<string, string>> },
  ) {
    const filled = (part: string): string =>
      part
        .replaceAll("#url#", url)
        .replaceAll("#host#", hostOf(url))
        .replaceAll("#scheme#", new URL(url).protocol.slice(0, -1))
        .replaceAll("NAME", name);
    world.write("one/package.json", JSON.stringify({ packageManager: manager }));
    world.write(`one/${file}`, filled(text));
    for (const [path, own] of Object.entries(home)) world.write(`home/${path}`, filled(own));
    const ports = world.ports({ env: { ...world.env, [name]: SECRET_TEXT }, limits: { ...TEST_LIMITS, tries: 1 } });
    return { ports, ref: await ports.registry.resolve("@s/x", folder("one")) };
  }
  const sends = async (form: (typeof FORMS)[number], options: Parameters<typeof resolved>[1]): Promise<boolean> =>
    connectionOf((await resolved(form, options)).ref).hasCredentials(options.url);

  it.each(FORMS)(
    "is withheld where its name is not one for registries, and that is said: %s, %s, %#",
    async (...form) => {
      answer = () => json(401, {});
      const { ports, ref } = await resolved(form, { name: "AWS_SECRET_ACCESS_KEY", url: `${other.origin}/` });
      expect(ref).toMatchObject({ isPublic: false });
      const found = await ports.registry.packument({ name: "@s/x", registry: ref }, "full", NEVER);
      const own = form[1] === "bunfig.toml" ? ".bunfig.toml" : form[1];
      const clause = `AWS_SECRET_ACCESS_KEY is not sent to ${hostOf(other.origin)}, as its name does not say that it is for a registry; put the line into your own ${own}`;
      expect(found).toMatchObject({
        known: false,
        code: "unauthorized",
        reason: expect.stringContaining(clause) as string,
      });
      expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    },
  );

  it.each(FORMS)("goes along where its name says that it is for registries: %s, %s, %#", async (...form) => {
    expect(await sends(form, { name: "NODE_AUTH_TOKEN", url: "https://inner.example/" })).toBe(true);
  });

  it.each<[string, string, boolean]>([
    ["NPM_TOKEN", "evil.example", true],
    ["my_registry_password", "evil.example", true],
    ["YARN_SECRET", "evil.example", true],
    ["BUN_AUTH", "evil.example", true],
    ["UBUNTU_SECRET", "evil.example", false],
    ["BUNDLE_KEY", "evil.example", false],
    ["GITHUB_TOKEN", "npm.pkg.github.com", true],
    ["GITHUB_TOKEN", "npm.pkg.github.com.evil.example", false],
    ["GITHUB_TOKEN", "npm.pkg.github.com:8443", false],
    ["CI_REGISTRY_PASSWORD", "evil.example", false],
    ["CI_REGISTRY_PASSWORD", "gitlab.com", false],
    ["DOCKER_REGISTRY_TOKEN", "evil.example", false],
    ["MY_CONTAINER_REGISTRY_PASSWORD", "evil.example", false],
    ["CARGO_REGISTRY_TOKEN", "evil.example", false],
    ["CI_JOB_TOKEN", "gitlab.com", true],
    ["CI_JOB_TOKEN", "gitlab.inner.example", false],
    ["CI_JOB_TOKEN", "evil.example", false],
    ["AWS_SECRET_ACCESS_KEY", "npm.pkg.github.com", false],
    ["AWS_SECRET_ACCESS_KEY", "registry.npmjs.org", true],
  ])("%s to %s: %s", async (name, host, expected) => {
    const form = ["npm@11.19.1", ".npmrc", "@s:registry=#url#\n//#host#/:_authToken=${NAME}"] as const;
    expect(await sends(form, { name, url: `https://${host}/` })).toBe(expected);
  });

  it.each<[string, (typeof FORMS)[number], Readonly<Record<string, string>>]>([
    [
      "names it as a registry",
      ["npm@11.19.1", ".npmrc", "@s:registry=#url#\n//#host#/:_authToken=${NAME}"],
      { ".npmrc": "registry=#url#" },
    ],
    [
      "has a login for it",
      ["npm@11.19.1", ".npmrc", "@s:registry=#url#\n//#host#/:_authToken=${NAME}"],
      { ".npmrc": "//#host#/other/:_authToken=x" },
    ],
    [
      "has a login for it",
      ["yarn@4.18.1", ".yarnrc.yml", 'npmScopes:\n  s:\n    npmRegistryServer: "#url#"\n    npmAuthToken: "${NAME}"'],
      { ".yarnrc.yml": 'npmRegistries:\n  "//#host#":\n    npmAuthToken: x\n' },
    ],
    [
      "names it as a registry",
      ["bun@1.4.4", "bunfig.toml", '[install.scopes]\ns = { url = "#url#", token = "$NAME" }'],
      { ".bunfig.toml": '[install.scopes]\nt = "#url#"\n' },
    ],
  ])("goes along to a host where the person's own file %s: %#", async (_what, form, home) => {
    const options = { name: "CORP_SECRET", url: "https://inner.example/" };
    expect(await sends(form, { ...options })).toBe(false);
    expect(await sends(form, { ...options, home })).toBe(true);
  });

  it("of the person's own file goes along, whatever its name", async () => {
    world.write("home/.npmrc", "@s:registry=https://inner.example/\n//inner.example/:_authToken=${CORP_SECRET}\n");
    const ports = world.ports({ env: { ...world.env, CORP_SECRET: "x" } });
    const ref = await ports.registry.resolve("@s/x", folder("one"));
    expect(connectionOf(ref).hasCredentials("https://inner.example/")).toBe(true);
  });
});

describe("over a connection that the project has a hand in", () => {
  const ENV = { AWS_SECRET_ACCESS_KEY: "lent-secret", GITHUB_TOKEN: "lent-secret", NPM_TOKEN: "lent-secret" };
  const connectionIn = async (manager: string, files: Readonly<Record<string, string>>, name = "x") => {
    world.write("one/package.json", JSON.stringify({ packageManager: manager }));
    for (const [file, text] of Object.entries(files)) world.write(`one/${file}`, text);
    const ports = world.ports({ env: { ...world.env, ...ENV } });
    return connectionOf(await ports.registry.resolve(name, folder("one")));
  };

  const AWS = "//registry.npmjs.org/:_authToken=${AWS_SECRET_ACCESS_KEY}";
  const GITHUB = "@s:registry=https://npm.pkg.github.com/\n//npm.pkg.github.com/:_authToken=${GITHUB_TOKEN}";
  const YARN =
    'npmScopes:\n  s:\n    npmRegistryServer: "https://registry.npmjs.org"\n    npmAuthToken: "${AWS_SECRET_ACCESS_KEY}"';
  const BUN = '[install.scopes]\ns = { url = "https://registry.npmjs.org/", token = "$AWS_SECRET_ACCESS_KEY" }';
  const PROXY = "https-proxy=http://proxy.example:3128";

  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ["npm@11.19.1", "a proxy", { ".npmrc": `${AWS}\n${PROXY}` }, "through a proxy of the project's"],
    [
      "npm@11.19.1",
      "unchecked certificates",
      { ".npmrc": `${AWS}\nstrict-ssl=false` },
      "without checking its certificate",
    ],
    ["npm@11.19.1", "authorities", { ".npmrc": `${AWS}\nca=mine` }, "with certificate authorities of the project's"],
    ["npm@11.19.1", "http", { ".npmrc": `${AWS}\nregistry=http://registry.npmjs.org/` }, "over http"],
    ["npm@11.19.1", "a proxy", { ".npmrc": `${GITHUB}\n${PROXY}` }, "through a proxy of the project's"],
    ["npm@11.19.1", "http", { ".npmrc": GITHUB.replace("https:", "http:") }, "over http"],
    ["pnpm@9.15.9", "a proxy", { ".npmrc": `${AWS}\n${PROXY}` }, "through a proxy of the project's"],
    [
      "yarn@1.22.22",
      "a proxy",
      { ".npmrc": `@s:registry=https://registry.npmjs.org/\n${AWS}\n${PROXY}` },
      "through a proxy",
    ],
    [
      "yarn@4.18.1",
      "a proxy",
      { ".yarnrc.yml": `${YARN}\nhttpsProxy: "http://proxy.example:3128"` },
      "through a proxy",
    ],
    ["yarn@4.18.1", "unchecked certificates", { ".yarnrc.yml": `${YARN}\nenableStrictSsl: false` }, "without checking"],
    ["bun@1.4.4", "a proxy", { "bunfig.toml": BUN, ".npmrc": PROXY }, "through a proxy of the project's"],
    ["bun@1.4.4", "authorities", { "bunfig.toml": `${BUN}\n[install]\nca = "mine"` }, "with certificate authorities"],
    ["bun@1.4.4", "http", { "bunfig.toml": BUN.replace("https:", "http:") }, "over http"],
  ])(
    "a variable that is lent to the host is withheld, and that is said: %s, %s, %#",
    async (manager, _what, files, why) => {
      world.write("home/.npmrc", "@other:registry=https://registry.npmjs.org/\n");
      world.write("home/.yarnrc.yml", 'npmRegistries:\n  "https://registry.npmjs.org":\n    npmAuthToken: x\n');
      const connection = await connectionIn(manager, files, "@s/x");
      const scheme = why === "over http" ? "http" : "https";
      const url = `${scheme}://${files[".npmrc"]?.includes("github") === true ? "npm.pkg.github.com" : "registry.npmjs.org"}/`;
      expect(connection.to(url).authorization).toBeNull();
      expect(connection.withheldFrom(url)).toContain(`is reached ${why}`);
    },
  );

  it("a variable that may go to any registry goes along", async () => {
    const text = `${PROXY}\nstrict-ssl=false\n//registry.npmjs.org/:_authToken=\${NPM_TOKEN}`;
    const connection = await connectionIn("npm@11.19.1", { ".npmrc": text });
    expect(connection.to("https://registry.npmjs.org/x").authorization).toBe("Bearer lent-secret");
  });

  it.each([
    ["npm@11.19.1", ".npmrc", "registry=http://inner.example/", ".npmrc", "registry=https://inner.example/"],
    ["pnpm@9.15.9", ".npmrc", "registry=http://inner.example/", ".npmrc", "registry=https://inner.example/"],
    ["npm@11.19.1", ".npmrc", "registry=http://inner.example/", ".npmrc", "@a:registry=https://inner.example/npm/"],
    ["npm@11.19.1", ".npmrc", "registry=http://registry.npmjs.org/", ".npmrc", "registry=https://inner.example/"],
  ])(
    "a login of the person's does not go over http where the person has https: %s, %#",
    async (manager, file, text, own, line) => {
      const url = text.replace("registry=", "");
      world.write(`home/${own}`, `${line}\n//${hostOf(url)}/:_authToken=${TOKEN}\n`);
      const connection = await connectionIn(manager, { [file]: text });
      expect(connection.to(url).authorization).toBeNull();
      expect(connection.withheldFrom(url)).toContain("is reached over http, and your own configuration has https");
    },
  );

  it.each([
    ["has http for the host", "registry=http://inner.example/npm/"],
    ["has no address of the host", "registry=https://other.example/"],
  ])("a login of the person's goes over http where the person %s", async (_what, line) => {
    world.write("home/.npmrc", `${line}\n//inner.example/:_authToken=${TOKEN}\n`);
    const connection = await connectionIn("npm@11.19.1", { ".npmrc": "registry=http://inner.example/" });
    expect(connection.to("http://inner.example/x").authorization).toBe(`Bearer ${TOKEN}`);
  });

  it.each(["person", undefined] as const)(
    "a login inside an address that was given for the run is that of its author: %s",
    async (by) => {
      const url = "http://inner.example/";
      world.write("one/.npmrc", "proxy=http://proxy.example:3128");
      const ports = world.ports({
        registry: "http://u:p@inner.example/",
        ...(by === undefined ? {} : { registryAuthor: by }),
      });
      const connection = connectionOf(await ports.registry.resolve("x", folder("one")));
      expect(connection.to(url).authorization === null).toBe(by === "person");
    },
  );
});

describe("a client certificate of the person's", () => {
  it.each([
    ["goes to the registry that the person names for the run", "person", "CERT"],
    ["does not go to a registry that a workspace's setting may name", undefined, null],
  ] as const)("%s", async (_what, by, cert) => {
    world.write("home/.npmrc", 'registry=https://inner.example/\ncert="CERT"\nkey="KEY"\n');
    const ports = world.ports({
      registry: "https://127.0.0.1:9955/",
      ...(by === undefined ? {} : { registryAuthor: by }),
    });
    const connection = connectionOf(await ports.registry.resolve("x", folder("one")));
    expect(connection.to("https://127.0.0.1:9955/x").tls.cert).toBe(cert);
  });
});

describe("a connection is shared", () => {
  const log = { info: () => undefined, warn: () => undefined };
  const configs = () => new RegistryConfigs({ trusted: true, registry: null, env: world.env, log });
  const connectionIn = async (project: string) => (await configs().resolve("x", folder(project))).connection;
  const SECRETS = ["a-secret", "CERTIFICATE"];
  const LINES: readonly (readonly [what: string, line: string])[] = [
    ["a proxy", "proxy=http://user:a-secret@proxy.example:3128"],
    ["hosts without one", "noproxy=inner.example"],
    ["certificates unchecked", "strict-ssl=false"],
    ["an authority", 'ca="CERTIFICATE"'],
    ["an authority in a file", "cafile=${CA}"],
    ["a client certificate", 'cert="CERTIFICATE"\nkey="KEY"'],
    ["a local address", "local-address=127.0.0.2"],
    ["a token", "//registry.npmjs.org/:_authToken=a-secret"],
    ["a login", "//registry.npmjs.org/:_auth=a-secret"],
  ];

  it.each(LINES)("where the person configured %s, and not where a project did", async (_what, text) => {
    const line = text.replace("${CA}", world.write("ca.pem", "CERTIFICATE"));
    world.write("one/.npmrc", `${line}\n`);
    const shaped = await connectionIn("one");
    const plain = await connectionIn("two");
    expect([plain.partition, shaped.partition]).toEqual(["", expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(shaped.id).not.toBe(plain.id);
    for (const secret of SECRETS) expect(shaped.id).not.toContain(secret);
    world.write("home/.npmrc", `${line}\n`);
    const [repeats, inherits] = await Promise.all(["one", "two"].map(connectionIn));
    expect([repeats?.partition, inherits?.partition, repeats?.id]).toEqual(["", "", inherits?.id]);
  });

  it("by two projects that say the same", async () => {
    for (const project of ["one", "two"]) world.write(`${project}/.npmrc`, "proxy=http://proxy.example:3128\n");
    const [one, two] = await Promise.all(["one", "two"].map(connectionIn));
    expect(one?.partition).toBe(two?.partition);
  });

  it("by none of two releases in the core whose registries are reached differently", async () => {
    world.write("one/.npmrc", "proxy=http://proxy.example:3128\n");
    const { registry: port } = world.ports();
    const [one, two] = await Promise.all(["one", "two"].map((of) => port.resolve("x", folder(of))));
    expect(one?.url).toBe(two?.url);
    expect(one === undefined || two === undefined || registryKey(one) === registryKey(two)).toBe(false);
  });
});

describe("what came over a connection that a project shaped", () => {
  const LIE = { name: "leftpad", "dist-tags": {}, versions: {}, time: { "1.0.0": "2020-01-01T00:00:00.000Z" } };

  /** `one` goes through a proxy of its own, which lies. */
  beforeEach(() => {
    world.write("home/.npmrc", `registry=${registry.url}\n`);
    world.write("one/.npmrc", `proxy=${other.origin}\n`);
    answer = () => ({ ...json(200, LIE), headers: { "content-type": "application/json", etag: '"lie"' } });
  });
  const hasRelease = async (ports: RealPorts, project: string): Promise<boolean | null> => {
    const found = await facts(ports, project);
    return found.known ? found.value.facts.releases.has("1.0.0") : null;
  };

  it("is not taken for another project's, in memory or on disk, and its ETag is not sent for it", async () => {
    const ports = world.ports();
    expect([await hasRelease(ports, "one"), await hasRelease(ports, "two")]).toEqual([false, true]);
    await ports.settled();
    expect(registry.requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined]);
    const offline = world.ports({ offline: true });
    expect([await hasRelease(offline, "one"), await hasRelease(offline, "two")]).toEqual([false, true]);
    const later = world.ports({ fresh: { packages: 0 } });
    expect([await hasRelease(later, "two"), await hasRelease(later, "one")]).toEqual([true, false]);
    expect(other.requests.at(-1)?.headers["if-none-match"]).toBe('"lie"');
    expect(registry.requests.at(-1)?.headers["if-none-match"]).not.toBe('"lie"');
  });

  it("is not shared while it is on its way", async () => {
    const ports = world.ports();
    expect(await Promise.all(["one", "two"].map((of) => hasRelease(ports, of)))).toEqual([false, true]);
  });

  it("dates no tarball of another project's", async () => {
    answer = () => ({ ...json(200, {}), headers: { "last-modified": "Wed, 01 Jan 2020 00:00:00 GMT" } });
    const ports = world.ports();
    const dateIn = async (project: string) => {
      const ref = await releaseIn(ports, project);
      const date = await ports.registry.tarballModified(ref, `${registry.url}leftpad/-/leftpad-1.0.0.tgz`, NEVER);
      await ports.settled();
      return date;
    };
    const [lie, truth] = [Date.UTC(2020, 0, 1), Date.UTC(2024, 0, 1)];
    expect([await dateIn("one"), await dateIn("two")]).toMatchObject([{ value: lie }, { value: truth }]);
  });

  it("shows no registry to be open for another project's names", async () => {
    const osv: FakeOsv = await startOsv();
    try {
      const ports = world.ports({ osv: { enabled: true, url: osv.url } });
      await facts(ports, "one");
      const release = await releaseIn(ports, "two");
      expect(await ports.advisories.lookup([release], NEVER)).toMatchObject([{ missing: [{ code: "refused" }] }]);
      expect(osv.requests).toEqual([]);
    } finally {
      await osv.close();
    }
  });

  it("holds advisories for that project alone", async () => {
    answer = () => json(200, {});
    const url = "https://github.com/advisories/GHSA-aaaa-bbbb-cccc";
    registry.advise("leftpad", { url, title: "Malware", severity: "critical", vulnerable_versions: "*" });
    const ports = world.ports();
    const found = async (project: string) => {
      const release = await releaseIn(ports, project);
      return (await ports.advisories.lookup([release], NEVER))[0]?.found.length;
    };
    expect([await found("one"), await found("two")]).toEqual([0, 1]);
  });

  it("failed so often that it is left alone: other projects go on", async () => {
    await other.close();
    const ports = world.ports({ limits: { ...TEST_LIMITS, tries: 1, failuresBeforePause: 1, pause: 60_000 } });
    expect(await facts(ports, "one")).toMatchObject({ code: "unreachable" });
    expect(await hasRelease(ports, "two")).toBe(true);
    other = await startLoopback(
      (request) => request,
      (request) => answer(request),
    );
  });
});

describe("two projects with the same registry", () => {
  it("and logins of their own each get their own answers, whoever asks first", async () => {
    const closed = await startRegistry({ token: "of-one" });
    try {
      closed.publish("inner", "1.0.0", PUBLISHED);
      for (const project of ["one", "two"]) {
        world.write(`${project}/.npmrc`, `registry=${closed.url}\n//${hostOf(closed.url)}/:_authToken=of-${project}\n`);
      }
      for (const order of [
        ["one", "two"],
        ["two", "one"],
      ]) {
        const ports = world.ports();
        // Both are known before either is asked.
        const refs = await Promise.all(order.map((of) => ports.registry.resolve("inner", folder(of))));
        const outcomes = new Map<string | undefined, string>();
        for (const [at, ref] of refs.entries()) {
          const found = await ports.registry.packument({ name: "inner", registry: ref }, "full", NEVER);
          outcomes.set(order[at], found.known ? "known" : found.code);
        }
        expect([outcomes.get("one"), outcomes.get("two")]).toEqual(["known", "unauthorized"]);
        await ports.settled();
      }
    } finally {
      await closed.close();
    }
  });

  it("and nothing of their own share what is known, in memory and on disk", async () => {
    world.write("home/.npmrc", `registry=${registry.url}\n//${hostOf(registry.url)}/:_authToken=${TOKEN}\n`);
    const ports = world.ports();
    for (const project of ["one", "two"]) expect(await facts(ports, project)).toMatchObject({ known: true });
    await ports.settled();
    expect(await facts(world.ports(), "two")).toMatchObject({ known: true });
    expect(registry.countOf("leftpad")).toBe(1);
  });
});
