/** Typing in projects of several sizes, as an editor does it: times to the diagnostics, look-ups, and the server's memory. */
import { DEBOUNCE } from "../server/src/lsp/checker.ts";
import type { Client } from "../test/lsp/client.ts";
import { World } from "../test/lsp/world.ts";
import { peakMemoryOf } from "./memory.ts";
import { integrityOf, lockfileOf, manifestOf } from "./projects.ts";
import type { Row } from "./table.ts";
import { SERVER } from "../test/setup/sandbox.ts";

const SIZES = [50, 1_000, 5_000, 20_000];
const EDITS = 15;
const DIRECT = 40;
/** Each package has so many releases. */
const RELEASES = 20;
const LONG_AGO = "2024-05-06T07:08:09Z";
/** The first check asks the registry for every package, ms. */
const FETCHED_WITHIN = 600_000;

const AIMS: ReadonlyMap<number, { readonly typed: string; readonly memory: string }> = new Map([
  [50, { typed: "≤ 20 ms", memory: "" }],
  [1_000, { typed: "≤ 20 ms", memory: "" }],
  [5_000, { typed: "≤ 50 ms", memory: "≤ 200 MB" }],
  [20_000, { typed: "≤ 50 ms", memory: "≤ 300 MB" }],
]);

export async function typingRows(sizes: readonly number[] = SIZES): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await rowsOf(size)));
  return rows;
}

async function rowsOf(size: number): Promise<readonly Row[]> {
  const world = await World.create();
  try {
    const { text, names } = lockfileOf(size, world.registry.url);
    for (const name of names)
      for (let minor = 0; minor < RELEASES; minor++)
        world.registry.publish(name, minor === 0 ? "1.2.3" : `1.${minor + 2}.0`, {
          at: LONG_AGO,
          ...(minor === 0 ? { integrity: integrityOf(name) } : {}),
        });
    const manifest = manifestOf(names.slice(0, DIRECT));
    world.write("package.json", manifest);
    world.write("package-lock.json", text);
    const client = await world.start({ program: SERVER });
    const uri = world.uri("package.json");
    const lock = world.uri("package-lock.json");
    await client.open(uri, manifest);
    await client.until(
      () => {
        const began = client.statuses.findIndex(({ checking }) => checking !== null);
        return began === -1 ? undefined : client.statuses.slice(began).find(({ checking }) => checking === null);
      },
      () => "the first check has not ended",
      FETCHED_WITHIN,
    );
    const asked = world.registry.requests.length + world.osv.requests.length;
    const inManifest = await typed(client, uri, '"version": "1', '"version": "11');
    await client.open(lock, text);
    await client.diagnostics(lock, (_diagnostics, { version }) => version !== undefined);
    const inLockfile = await typed(client, lock, '"name": "app', '"name": "appp');
    const sent = world.registry.requests.length + world.osv.requests.length - asked;
    const memory = peakMemoryOf(client.pid);
    await client.stop();
    const aim = AIMS.get(size);
    const called = size.toLocaleString("en");
    return [
      {
        what: `keystroke to diagnostics beyond ${DEBOUNCE} ms, ${called} packages: in the manifest`,
        unit: "ms",
        samples: inManifest,
        target: aim?.typed ?? "",
      },
      { what: "  in the lockfile", unit: "ms", samples: inLockfile, target: aim?.typed ?? "" },
      { what: "  requests for all of them", unit: "", samples: [sent], target: "0" },
      { what: "  the server's memory, at most", unit: "MB", samples: [memory], target: aim?.memory ?? "" },
    ];
  } finally {
    await world.end();
  }
}

async function typed(client: Client, uri: string, from: string, to: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const published = client.published.length;
    const start = performance.now();
    await client.type(uri, from, to);
    await client.diagnostics(uri, (_diagnostics, { version }) => version !== undefined, published);
    times.push(performance.now() - start - DEBOUNCE);
  }
  return times;
}
