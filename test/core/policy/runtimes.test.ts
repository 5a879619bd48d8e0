/** A lockfile of pnpm may have a runtime (Node.js, Deno, Bun) downloaded and run, from any address. */
import { describe, expect, it } from "vitest";
import { inspect } from "../world/inspect.ts";
import { testPorts } from "../world/ports.ts";

/** As pnpm 10 to 12 write it. */
const locked = (runtime: string, version: string, ...urls: readonly string[]): string =>
  `lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      ${runtime}:
        specifier: runtime:${version}
        version: runtime:${version}

packages:

  ${runtime}@runtime:${version}:
    hasBin: true
    resolution:
      type: variations
      variants:
${urls
  .map(
    (url) => `        - resolution:
            archive: tarball
            bin: bin/${runtime}
            integrity: sha256-YNL2fwuSC5zZEngNc1w87gxpN7dmZRQPgXT64yVPe88=
            type: binary
            url: ${url}
          targets:
            - cpu: x64
              os: linux
`,
  )
  .join("")}    version: ${version}

snapshots:

  ${runtime}@runtime:${version}: {}
`;

/** Severity, the text at the finding, and the message of what is said of the lockfile. */
async function told(lockfile: string, files: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const texts = new Map(Object.entries({ "package.json": "{}", "pnpm-lock.yaml": lockfile, ...files }));
  const { report } = await inspect(testPorts({ now: "2026-06-10T00:00:00Z", world: { packages: {} }, files: texts }));
  return report.findings
    .filter(({ rule }) => rule === "lockfile-tampering")
    .map(
      ({ file, severity, span, message }) =>
        `${severity} [${file.endsWith("/pnpm-lock.yaml") ? lockfile.slice(span.start, span.end) : file}] ${message}`,
    );
}

const NODE = "https://nodejs.org/download/release/v22.0.0/node-v22.0.0-linux-x64.tar.gz";
const AT_NODE = "not from its release at https://nodejs.org/download/. pnpm runs what it finds there.";

describe("a runtime in pnpm-lock.yaml", () => {
  it.each([
    ["node", "22.0.0", NODE],
    [
      "node",
      "22.0.0",
      "https://unofficial-builds.nodejs.org/download/release/v22.0.0/node-v22.0.0-linux-x64-musl.tar.gz",
    ],
    ["node", "23.0.0-rc.1", "https://nodejs.org/download/rc/v23.0.0-rc.1/node-v23.0.0-rc.1-linux-x64.tar.gz"],
    ["bun", "1.3.0", "https://github.com/oven-sh/bun/releases/download/bun-v1.3.0/bun-linux-x64.zip"],
    ["deno", "2.5.0", "https://github.com/denoland/deno/releases/download/v2.5.0/deno-x86_64-unknown-linux-gnu.zip"],
  ])("from its own release is not reported: %s %s", async (runtime, version, url) => {
    expect(await told(locked(runtime, version, url))).toEqual([]);
  });

  it.each([
    ["another host", "http://127.0.0.1:43999/node.tgz"],
    ["http", NODE.replace("https:", "http:")],
    ["a host that only begins alike", NODE.replace("nodejs.org", "nodejs.org.evil.example")],
    ["another name before an @", NODE.replace("nodejs.org", "nodejs.org@evil.example")],
    ["another release", NODE.replace("/v22.0.0/", "/v12.0.0/")],
    ["escapes", NODE.replace("/v22.0.0/", "/v22.0.0/..%2f..%2f")],
    ["a file", "file:node.tgz"],
  ])("from elsewhere is reported at the address: %s", async (_, url) => {
    expect(await told(locked("node", "22.0.0", NODE, url))).toEqual([
      `error [${url}] node 22.0.0 is locked to be downloaded from ${url}, ${AT_NODE} Remove the entry and lock it again.`,
    ]);
  });

  it("from another project of the same host is reported", async () => {
    const url = "https://github.com/evil/bun/releases/download/bun-v1.3.0/bun-linux-x64.zip";
    expect(await told(locked("bun", "1.3.0", url))).toEqual([
      `error [${url}] bun 1.3.0 is locked to be downloaded from ${url}, not from its release at https://github.com/oven-sh/bun/releases/download/. pnpm runs what it finds there. Remove the entry and lock it again.`,
    ]);
  });

  it("is reported under every key and in every layout", async () => {
    const url = "https://evil.example/x.tgz";
    const message = `is locked to be downloaded from ${url}`;
    const flow = (key: string, resolution: string): string =>
      `lockfileVersion: '9.0'\npackages:\n  ${key}:\n    resolution: ${resolution}\nsnapshots:\n  ${key}: {}\n`;
    const variants = `{type: variations, variants: [{resolution: {type: binary, url: '${url}'}, targets: []}]}`;
    for (const text of [
      locked("other", "1.0.0", url),
      flow("node@runtime:22.0.0", variants),
      flow("node@runtime:22.0.0", `{type: "binary", url: ${url}}`),
      flow("node@runtime:22.0.0", `{type: variations, variants: [{resolution: {tarball: ${url}, url: ${NODE}}}]}`),
      flow("a@https://good.example/a.tgz", variants),
    ]) {
      expect([text, (await told(text)).join("\n")]).toEqual([text, expect.stringContaining(message)]);
    }
  });

  it("whose address cannot be read is reported", async () => {
    const text = locked("node", "22.0.0", NODE);
    const message =
      "warning [resolution] node 22.0.0 is locked to be downloaded, and the address could not be read. Lock it again, or compare it with the release.";
    expect(await told(text.replace("url: ", "urn: "))).toEqual([message]);
    expect(await told(text.replace("type: binary", "type: variations"))).toEqual([message]);
    expect(await told(text.replace("variants:", "variant:"))).toEqual([message]);
    expect(await told(text.replace("url: ", `url: https://evil.example/x\n            url: `))).toEqual([message]);
  });

  it("is reported where a lockfile has more of them than are read", async () => {
    const text = locked("node", "22.0.0", ...Array.from({ length: 6_000 }, () => NODE));
    expect(await told(text)).toEqual([expect.stringContaining("the address could not be read")]);
  });

  it("from a mirror that a setting names is reported as what could not be compared", async () => {
    const url = "https://mirror.example/node/release/v22.0.0/node-v22.0.0-linux-x64.tar.gz";
    const settings = "nodeDownloadMirrors:\n  release: https://mirror.example/node/release\n";
    const mirrored =
      "is locked to be downloaded from https://mirror.example/node/release/, as nodeDownloadMirrors in pnpm-workspace.yaml says. What that mirror serves could not be compared with the release.";
    expect(await told(locked("node", "22.0.0", url), { "pnpm-workspace.yaml": settings })).toEqual([
      `warning [${url}] node 22.0.0 ${mirrored}`,
    ]);
    const elsewhere = url.replace("/release/", "/release/../../other/");
    expect(await told(locked("node", "22.0.0", elsewhere), { "pnpm-workspace.yaml": settings })).toEqual([
      expect.stringContaining("error"),
    ]);
    expect(await told(locked("bun", "22.0.0", url), { "pnpm-workspace.yaml": settings })).toEqual([
      expect.stringContaining("error"),
    ]);
  });

  it("is found on both sides of a merge conflict", async () => {
    const text = locked("node", "22.0.0", NODE).replace(
      `            url: ${NODE}\n`,
      `<<<<<<< a\n            url: ${NODE}\n=======\n            url: https://evil.example/node.tgz\n>>>>>>> b\n`,
    );
    expect(await told(text)).toEqual([expect.stringContaining("downloaded from https://evil.example/node.tgz")]);
  });
});
