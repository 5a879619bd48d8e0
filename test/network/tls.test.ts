/** Registries behind TLS: an authority of their own, certificates of clients, and what trusts neither. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { run, scanned } from "../cli/cli.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, manifestText } from "../setup/projects.ts";
import { type Certificate, makeCertificate } from "./certificates.ts";
import { TlsFront } from "./tls-front.ts";
import { fetchNetworkTools, type NetworkTools } from "./tools.ts";

let tools: NetworkTools;
let authority: Certificate;
let server: Certificate;
let client: Certificate;
beforeAll(async () => {
  tools = await fetchNetworkTools();
  authority = makeCertificate(tools, { name: "Authority of the tests" });
  server = makeCertificate(tools, { name: "registry", issuer: authority });
  client = makeCertificate(tools, { name: "a client", issuer: authority });
}, 300_000);

let world: World;
let own: FakeRegistry;
let fronts: TlsFront[];
beforeEach(async () => {
  [world, own, fronts] = [await World.create(), await startRegistry({ holdsPrivate: true }), []];
  own.publish("@private-corp/core", "1.0.0", { at: ago({ hours: 2 }) });
  world.registry.publish("open", "1.0.0", { at: ago({ hours: 2 }) });
  world.write("package.json", manifestText({ "@private-corp/core": "1.0.0" }));
});
afterEach(async () => {
  await world.end();
  await Promise.all([own, ...fronts].map((one) => one.close()));
});

type FrontOptions = Partial<Parameters<typeof TlsFront.start>[1]>;

/** TLS before a server; the private registry when none is given. */
async function front(options: FrontOptions = {}, to = own.url): Promise<TlsFront> {
  const made = await TlsFront.start(to, { ...server, ca: authority.cert, ...options });
  fronts.push(made);
  return made;
}

/** Writes PEM to a file; gives its path. */
function file(name: string, pem: string): string {
  const path = join(world.folder, name);
  writeFileSync(path, pem);
  return path;
}

const userConfig = (...lines: readonly string[]) => writeFileSync(world.userConfig, `${lines.join("\n")}\n`);
const registryAt = ({ host }: TlsFront) => `@private-corp:registry=https://${host}/`;
/** A PEM as a line of `.npmrc` holds it. */
const inline = (pem: string) => JSON.stringify(pem.trim().replaceAll("\r", ""));

async function scan(
  more: { readonly osv?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<readonly (readonly [rule: string, message: string])[]> {
  const args = [
    "scan",
    "--format",
    "json",
    "--no-cache",
    "--registry",
    world.registry.url,
    "--osv",
    more.osv ?? world.osv.url,
  ];
  return scanned(await run(world, args, { env: { ...world.env, ...more.env } })).findings.map(
    ({ rule, message }) => [rule, message] as const,
  );
}

const JUDGED: readonly unknown[] = [
  "fresh-release",
  expect.stringContaining("@private-corp/core 1.0.0 was published 2 hours ago"),
];
const untrusted = ({ host }: TlsFront, code = "SELF_SIGNED_CERT_IN_CHAIN"): readonly unknown[] => [
  "unchecked",
  expect.stringContaining(
    `@private-corp/core 1.0.0 could not be looked up: ${host} has a certificate that is not trusted (${code}).`,
  ),
];

describe("an authority of its own", () => {
  test("that is not known: could not be checked, and nothing was asked", async () => {
    const tls = await front();
    userConfig(registryAt(tls));
    expect(await scan()).toContainEqual(untrusted(tls));
    expect(own.requests).toEqual([]);
  });

  test.each<[what: string, lines: () => readonly string[]]>([
    ["cafile", () => [`cafile=${file("ca.pem", authority.cert)}`]],
    ["cafile among others", () => [`cafile=${file("ca.pem", `${client.cert}\n${authority.cert}`)}`]],
    ["ca", () => [`ca=${inline(authority.cert)}`]],
    ["ca as a list", () => [`ca[]=${inline(client.cert)}`, `ca[]=${inline(authority.cert)}`]],
    ["strict-ssl=false", () => ["strict-ssl=false"]],
  ])("known by %s in the user's .npmrc, and in the project's", async (_what, lines) => {
    const tls = await front();
    userConfig(registryAt(tls), ...lines());
    expect(await scan()).toContainEqual(JUDGED);
    userConfig(registryAt(tls));
    world.write(".npmrc", `${lines().join("\n")}\n`);
    expect(await scan()).toContainEqual(JUDGED);
  });

  test("known by NODE_EXTRA_CA_CERTS", async () => {
    const tls = await front();
    userConfig(registryAt(tls));
    expect(await scan({ env: { NODE_EXTRA_CA_CERTS: file("ca.pem", authority.cert) } })).toContainEqual(JUDGED);
  });

  test("not if a project has Yarn set NODE_EXTRA_CA_CERTS", async () => {
    const tls = await front();
    userConfig(registryAt(tls));
    const ca = file("ca.pem", authority.cert);
    world.write(".env.yarn", `NODE_EXTRA_CA_CERTS=${ca}\n`);
    const script = { npm_lifecycle_event: "scan", PROJECT_CWD: world.project, INIT_CWD: world.project };
    expect(await scan({ env: { NODE_EXTRA_CA_CERTS: ca, ...script } })).toContainEqual(untrusted(tls));
  });

  test("a certificate for another host is not trusted all the same", async () => {
    const tls = await front(
      makeCertificate(tools, { name: "elsewhere", issuer: authority, hosts: ["elsewhere.invalid"] }),
    );
    userConfig(registryAt(tls), `cafile=${file("ca.pem", authority.cert)}`);
    expect(await scan()).toContainEqual(untrusted(tls, "ERR_TLS_CERT_ALTNAME_INVALID"));
    expect(own.requests).toEqual([]);
  });
});

describe("a registry that wants a certificate of the client", () => {
  const demanding = { requestCert: true, rejectUnauthorized: true };
  const files = ({ host }: TlsFront) => [
    `//${host}/:certfile=${file("client.pem", client.cert)}`,
    `//${host}/:keyfile=${file("client.key", client.key)}`,
  ];
  const trust = () => `cafile=${file("ca.pem", authority.cert)}`;

  test("without one: could not be checked", async () => {
    const tls = await front(demanding);
    userConfig(registryAt(tls), trust());
    const [[rule, message] = []] = await scan();
    expect(rule).toBe("unchecked");
    expect(message).toMatch(new RegExp(`^@private-corp/core 1\\.0\\.0 could not be looked up: ${tls.host} `));
    expect(own.requests).toEqual([]);
  });

  test("certfile and keyfile of its address", async () => {
    const tls = await front(demanding);
    userConfig(registryAt(tls), trust(), ...files(tls));
    expect(await scan()).toContainEqual(JUDGED);
    expect(new Set(tls.clients)).toEqual(new Set(["a client"]));
  });

  test("cert and key for all registries", async () => {
    const tls = await front(demanding);
    userConfig(registryAt(tls), trust(), `cert=${inline(client.cert)}`, `key=${inline(client.key)}`);
    expect(await scan()).toContainEqual(JUDGED);
  });

  test("files that are not there: could not be checked", async () => {
    const tls = await front(demanding);
    userConfig(
      registryAt(tls),
      trust(),
      `//${tls.host}/:certfile=${world.folder}/none.pem`,
      `//${tls.host}/:keyfile=${world.folder}/none.key`,
    );
    expect((await scan())[0]?.[0]).toBe("unchecked");
  });

  test("another host that would like one gets none", async () => {
    const tls = await front(demanding);
    const curious = await front({ requestCert: true, rejectUnauthorized: false }, world.registry.url);
    userConfig(registryAt(tls), `@open:registry=https://${curious.host}/`, trust(), ...files(tls));
    world.registry.publish("@open/thing", "1.0.0", { at: ago({ hours: 2 }) });
    world.write("package.json", manifestText({ "@private-corp/core": "1.0.0", "@open/thing": "1.0.0" }));
    expect((await scan()).map(([rule]) => rule)).toEqual(expect.arrayContaining(["fresh-release", "fresh-release"]));
    expect(new Set(curious.clients)).toEqual(new Set([null]));
  });
});

describe("the advisory service", () => {
  beforeEach(() => {
    world.write("package.json", manifestText({ open: "1.0.0" }));
    // Else the registry's own advisories would do where the service cannot be asked.
    world.registry.bulkStatus = 404;
  });

  test("is trusted through the user's cafile, and gets no certificate of the client", async () => {
    const osv = await front({ requestCert: true, rejectUnauthorized: false }, world.osv.url);
    userConfig(`cafile=${file("ca.pem", authority.cert)}`, `cert=${inline(client.cert)}`, `key=${inline(client.key)}`);
    expect((await scan({ osv: `https://${osv.host}` })).map(([rule]) => rule)).toEqual(["fresh-release"]);
    expect(new Set(osv.clients)).toEqual(new Set([null]));
  });

  test.each(["strict-ssl=false", "cafile"])("is not made trusted by a project: %s", async (what) => {
    const osv = await front({}, world.osv.url);
    world.write(".npmrc", what === "cafile" ? `cafile=${file("ca.pem", authority.cert)}\n` : `${what}\n`);
    expect(await scan({ osv: `https://${osv.host}` })).toContainEqual([
      "unchecked",
      expect.stringContaining(`${osv.host} has a certificate that is not trusted`),
    ]);
    expect(world.osv.requests).toEqual([]);
  });
});
