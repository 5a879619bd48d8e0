/** The server as an editor runs it: times from a notification sent to the diagnostics received. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DEBOUNCE } from "../server/src/lsp/checker.ts";
import { World } from "../test/lsp/world.ts";
import type { Client } from "../test/lsp/client.ts";
import { lockfileOf, manifestOf } from "./projects.ts";
import type { Row } from "./table.ts";
import { SERVER } from "../test/setup/sandbox.ts";

const STARTS = 15;
const EDITS = 30;
const LONG_AGO = "2024-05-06T07:08:09Z";

/** From `didOpen` of a manifest with 50 dependencies to its diagnostics, and from a keystroke to new ones. */
export async function manifestRows(): Promise<readonly Row[]> {
  const world = await World.create();
  try {
    const names = Array.from({ length: 50 }, (_, index) => `dependency-${index}`);
    // As many releases as packages that people depend on have.
    for (const name of names)
      for (let minor = 0; minor < 60; minor++)
        world.registry.publish(name, `1.${minor}.0`, { at: LONG_AGO, dependencies: { other: "^1.0.0" } });
    const text = manifestOf(names);
    world.write("package.json", text);
    const uri = world.uri("package.json");
    const first: number[] = [];
    const again: number[] = [];
    const typed: number[] = [];
    // The first start fetches; it also leaves everything on disk for the others.
    for (let start = -1; start < STARTS; start++) {
      const client = await world.start({ program: SERVER });
      const cold = await timed(client, uri, () => client.open(uri, text));
      await client.close(uri);
      await client.diagnostics(uri, (_diagnostics, { version }) => version === undefined);
      const warm = await timed(client, uri, () => client.open(uri, text));
      if (start >= 0) {
        first.push(cold);
        again.push(warm);
      }
      if (start === 0) {
        for (let edit = 0; edit < EDITS; edit++)
          typed.push((await timed(client, uri, () => client.type(uri, '"version": "1', '"version": "11'))) - DEBOUNCE);
      }
      await client.stop();
    }
    return [
      {
        what: "didOpen to diagnostics, 50 dependencies: new server, facts on disk",
        unit: "ms",
        samples: first,
        target: "< 50 ms",
      },
      {
        what: "didOpen to diagnostics, 50 dependencies: facts in memory",
        unit: "ms",
        samples: again,
        target: "< 50 ms",
      },
      {
        what: `keystroke to diagnostics, beyond the debounce of ${DEBOUNCE} ms`,
        unit: "ms",
        samples: typed,
        target: "< 20 ms",
      },
    ];
  } finally {
    await world.end();
  }
}

/** From just before `act` to the next publication for the file as it then is. */
async function timed(client: Client, uri: string, act: () => Promise<unknown>): Promise<number> {
  const from = client.published.length;
  const start = performance.now();
  await act();
  await client.diagnostics(uri, (_diagnostics, { version }) => version !== undefined, from);
  return performance.now() - start;
}

const HOOK = fileURLToPath(new URL("lag.cjs", import.meta.url));
const RUNS = 5;
/** The first run asks the registry for ten thousand packages, ms. */
const FETCHED_WITHIN = 300_000;

/** How long the server's thread is held at most while a lockfile of 5 MB is opened and edited. */
export async function lagRows(): Promise<readonly Row[]> {
  const { text, names } = lockfileOf(10_000);
  const megabytes = (text.length / 1e6).toFixed(1);
  const rows: Row[] = [];
  for (const online of [false, true]) {
    const world = await World.create();
    try {
      if (online)
        for (const name of names) world.registry.publish(name, "1.2.3", { at: LONG_AGO, integrity: "sha512-AAAA" });
      world.write("package.json", manifestOf(names.slice(0, 60)));
      const opened: number[] = [];
      const edited: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { open, edit } = await lag(world, text, { offline: !online });
        opened.push(open);
        edited.push(edit);
      }
      const title = `longest hold of the thread, ${megabytes} MB package-lock (${online ? "facts from disk, but for the first run" : "offline"})`;
      rows.push(
        { what: `${title}: opened`, unit: "ms", samples: opened, target: "≤ 50 ms" },
        { what: `${title}: edited`, unit: "ms", samples: edited, target: "≤ 50 ms" },
      );
    } finally {
      await world.end();
    }
  }
  return rows;
}

async function lag(
  world: World,
  text: string,
  settings: Record<string, unknown>,
): Promise<{ open: number; edit: number }> {
  const notes = join(world.folder, `lag-${Date.now()}`);
  mkdirSync(world.cacheDir, { recursive: true });
  const client = await world.start({
    program: SERVER,
    settings,
    env: { ...world.env, NODE_OPTIONS: `--require ${HOOK}`, DEPWARDEN_BENCH_LAG: notes },
  });
  const uri = world.uri("package-lock.json");
  const note = async (count: number): Promise<number> => {
    client.signal("SIGUSR2");
    for (;;) {
      const found = existsSync(notes) ? readFileSync(notes, "utf8").split("\n").slice(0, -1) : [];
      if (found.length >= count) return Number(found[count - 1]);
      await sleep(5);
    }
  };
  // What it took to start is no part of it.
  await note(1);
  await client.open(uri, text);
  await client.idle(0, FETCHED_WITHIN);
  const open = await note(2);
  for (let edit = 0; edit < 5; edit++) {
    const from = client.statuses.length;
    await client.type(uri, '"name": "app', '"name": "appp');
    await client.idle(from, FETCHED_WITHIN);
  }
  const edit = await note(3);
  await client.stop();
  return { open, edit };
}
