/** A later catalogue, signed with a key that is made here: what is taken, and that all else leaves the bundled one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKeyPair, signed } from "../../scripts/catalogue/signing.ts";
import { HeldCatalogue, openCatalogue } from "../../server/src/core/catalogue/catalogue.ts";
import type { CatalogueFile } from "../../server/src/core/catalogue/schema.ts";
import { UPDATE_ADDRESS, UPDATE_KEY } from "../../server/src/core/catalogue/update-key.ts";
import { explainRelease } from "../../server/src/core/engine/explain.ts";
import { DEFAULT_SETTINGS } from "../../server/src/core/settings/settings.ts";
import { CatalogueUpdate, UPDATE_LIMITS, type CatalogueSource } from "../../server/src/io/catalogue-update.ts";
import { PUBLIC_CONNECTION } from "../../server/src/io/connection.ts";
import { FactStore } from "../../server/src/io/fact-store.ts";
import { Http } from "../../server/src/io/http.ts";
import { catalogueFile } from "../core/catalogue/data.ts";
import { startLoopback, type Answer, type Loopback, type RecordedRequest } from "../fakes/loopback.ts";
import { startRegistry } from "../fakes/registry.ts";
import { NEVER, World } from "./world.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 10, 30, 12);
const BUNDLED = Date.parse(catalogueFile.asOf);
const KNOWN_SINCE = Date.UTC(2026, 10, 20);

const keys = newKeyPair();

function laterFile(asOf = "2026-11-29T00:00:00Z"): CatalogueFile {
  const incident = {
    id: "newest-2026-11",
    title: "a package that only the later catalogue names",
    technique: "new-install-script",
    firstPublished: "2026-11-19",
    removed: null,
    knownSince: "2026-11-20T00:00:00Z",
    sources: ["https://example.org/"],
    packages: ["only-in-update 1.0.1"],
  };
  return {
    ...catalogueFile,
    asOf,
    incidents: [...catalogueFile.incidents, incident],
    lastGood: ["only-in-update 1.0.1 1.0.0"],
    disputed: [{ name: "held-clean", versions: ["1.0.0"], reason: "it is clean", source: "https://example.org/" }],
  };
}

function sign(text: string, pair = keys): string {
  return signed(text, { privateKey: pair.privateKey, key: pair.publicKey, published: null });
}

/** Serves a text and its signature, as the project's repository does. */
class Repository {
  text = "";
  signature = "";
  answer: ((request: RecordedRequest) => Answer | null) | null = null;
  #loopback: Loopback<RecordedRequest> | null = null;

  async start(): Promise<void> {
    const plain = (body: string): Answer => ({ status: 200, headers: {}, body: Buffer.from(body), compressible: true });
    this.#loopback = await startLoopback(
      (request) => request,
      (request) => this.answer?.(request) ?? plain(request.path.endsWith(".sig") ? `${this.signature}\n` : this.text),
    );
  }

  publish(file: unknown, pair = keys): void {
    this.text = JSON.stringify(file);
    this.signature = sign(this.text.includes('"asOf"') ? this.text : '{"asOf":"2026-11-29T00:00:00Z"}', pair);
  }

  get loopback(): Loopback<RecordedRequest> {
    if (this.#loopback === null) throw new Error("not started");
    return this.#loopback;
  }

  get address(): string {
    return `${this.loopback.origin}/depwarden/main/catalogue/v1/catalogue.json`;
  }

  get paths(): readonly string[] {
    return this.loopback.requests.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  }
}

const repository = new Repository();
let folder: string;
let log: string[];
let stores: FactStore[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "depwarden-update-"));
  log = [];
  stores = [];
  repository.answer = null;
  await repository.start();
  repository.publish(laterFile());
});
afterEach(async () => {
  await repository.loopback.close();
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const logger = { info: (message: string) => void log.push(message), warn: (message: string) => void log.push(message) };

function store(cacheDir: string | null = folder): FactStore {
  const made = new FactStore(cacheDir, logger);
  stores.push(made);
  return made;
}

interface Started {
  readonly held: HeldCatalogue;
  readonly update: CatalogueUpdate;
  /** ms since epoch. */
  readonly clock: { now: number };
}

/** As a process that starts: nothing but the disk is shared with the ones before. */
function start(options: Partial<CatalogueSource> & { offline?: boolean; disk?: FactStore } = {}): Started {
  const held = new HeldCatalogue();
  const { offline = false, disk = store(), ...source } = options;
  const clock = { now: NOW };
  const update = new CatalogueUpdate({
    source: { held, key: keys.publicKey, address: repository.address, ...source },
    http: new Http({ ...UPDATE_LIMITS, timeout: 1000 }, {}),
    disk,
    offline,
    connection: () => Promise.resolve(PUBLIC_CONNECTION),
    log: logger,
    now: () => clock.now,
  });
  return { held, update, clock };
}

const namesNewest = (held: HeldCatalogue): boolean =>
  openCatalogue(null, held).advisories("only-in-update", "1.0.1").length > 0;

describe("a later catalogue", () => {
  it("takes the bundled one's place in all that is asked of it", async () => {
    const { held, update } = start();
    const catalogue = openCatalogue(null, held);
    expect(catalogue.asOf).toBe(BUNDLED);
    expect(catalogue.advisories("only-in-update", "1.0.1")).toEqual([]);
    expect(await update.refresh(NEVER)).toBe(true);
    expect(catalogue.asOf).toBe(Date.UTC(2026, 10, 29));
    expect(catalogue.advisories("only-in-update", "1.0.1")).toMatchObject([
      { id: "newest-2026-11", malware: true, published: KNOWN_SINCE },
    ]);
    expect(catalogue.lastGood("only-in-update", "1.0.1")).toBe("1.0.0");
    expect(catalogue.lastGood("axios", "1.14.1")).toBeNull();
    expect(catalogue.advisories("axios", "1.14.1")).toHaveLength(1);
    expect(catalogue.disputed("held-clean", "1.0.0")).toBe("it is clean");
    expect(catalogue.disputed("stylus", "0.64.0")).toBeNull();
    expect(log).toEqual(["The catalogue of 2026-11-29 holds now."]);
  });

  it("is judged at an earlier moment by when its incidents were known", async () => {
    const { held, update } = start();
    await update.refresh(NEVER);
    expect(openCatalogue(KNOWN_SINCE - 1, held).advisories("only-in-update", "1.0.1")).toEqual([]);
    expect(openCatalogue(KNOWN_SINCE, held).advisories("only-in-update", "1.0.1")).toHaveLength(1);
  });

  it("is kept: the next process has it without asking, also offline", async () => {
    const first = store();
    await start({ disk: first }).update.refresh(NEVER);
    await first.close();
    repository.loopback.requests.length = 0;
    for (const offline of [false, true]) {
      const { held, update } = start({ offline });
      expect(await update.refresh(NEVER)).toBe(true);
      expect(namesNewest(held)).toBe(true);
    }
    expect(repository.paths).toEqual([]);
  });

  it("is asked for once a day, and fetched only where its signature is another", async () => {
    const started = start();
    await started.update.refresh(NEVER);
    expect(repository.paths).toEqual(["catalogue.json.sig", "catalogue.json"]);
    started.clock.now += DAY - 1;
    expect(await started.update.refresh(NEVER)).toBe(false);
    expect(repository.paths).toHaveLength(2);
    started.clock.now += 1;
    expect(await started.update.refresh(NEVER)).toBe(false);
    expect(repository.paths.slice(2)).toEqual(["catalogue.json.sig"]);
    repository.publish(laterFile("2026-12-01T00:00:00Z"));
    started.clock.now += DAY;
    expect(await started.update.refresh(NEVER)).toBe(true);
    expect(repository.paths.slice(3)).toEqual(["catalogue.json.sig", "catalogue.json"]);
    expect(started.held.asOf).toBe(Date.UTC(2026, 11, 1));
  });

  it("is not asked for again before a day has passed, whatever came of it", async () => {
    repository.answer = () => ({ status: 500, headers: {}, body: Buffer.alloc(0), compressible: false });
    const started = start();
    await started.update.refresh(NEVER);
    await started.update.refresh(NEVER);
    expect(await start().update.refresh(NEVER)).toBe(false);
    expect(repository.paths).toHaveLength(1);
  });

  it("is asked for anew where the clock was a day ahead", async () => {
    const started = start();
    started.clock.now += 2 * DAY;
    await started.update.refresh(NEVER);
    const requests = repository.paths.length;
    started.clock.now -= 2 * DAY;
    await started.update.refresh(NEVER);
    expect(repository.paths.length).toBeGreaterThan(requests);
  });
});

describe("the bundled catalogue holds, and the log says why,", () => {
  const other = newKeyPair();
  it.each<[string, () => void, string]>([
    ["another key's signature", () => repository.publish(laterFile(), other), "its signature does not verify"],
    ["another text", () => (repository.text = repository.text.replace("1.0.1", "1.0.2")), "does not verify"],
    ["one byte more", () => (repository.text += " "), "does not verify"],
    ["no signature", () => (repository.signature = ""), "does not verify"],
    ["a page in place of a signature", () => (repository.signature = "<html>".repeat(1000)), "does not verify"],
    ["the bundled one's date", () => repository.publish(laterFile(catalogueFile.asOf)), "is not later"],
    ["an older one", () => repository.publish(laterFile("2026-09-28T23:59:59Z")), "is not later"],
    ["one of a day to come", () => repository.publish(laterFile("2026-12-02T00:00:00Z")), "it is of a day to come"],
    ["another schemaVersion", () => repository.publish({ ...laterFile(), schemaVersion: 2 }), "another form"],
    [
      "a line of another form",
      () => repository.publish({ ...laterFile(), lastGood: ["axios 1.14.1"] }),
      "another form",
    ],
    ["no incidents", () => repository.publish({ asOf: "2026-11-29T00:00:00Z" }), "another form"],
    [
      "more than 2 MB",
      () => repository.publish({ ...laterFile(), more: "x".repeat(2 * 1024 * 1024) }),
      "answered more than 2 MB",
    ],
    ["404", () => (repository.answer = status(404)), "does not have it (404)"],
    ["a redirect to another host", () => (repository.answer = status(302, "http://localhost:9/x")), "redirects to"],
  ])("for %s", async (_what, arrange, why) => {
    arrange();
    const { held, update } = start();
    expect(await update.refresh(NEVER)).toBe(false);
    expect(held.asOf).toBe(BUNDLED);
    expect(namesNewest(held)).toBe(false);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^No later catalogue was taken, that of 2026-09-29 holds: /);
    expect(log[0]).toContain(why);
    // Nothing of it is kept either.
    expect(await start({ offline: true }).update.refresh(NEVER)).toBe(false);
  });

  it("for a host that never answers", async () => {
    repository.loopback.failures.add(() => true, { kind: "hang" });
    const { held, update } = start();
    expect(await update.refresh(NEVER)).toBe(false);
    expect(held.asOf).toBe(BUNDLED);
    expect(log.join()).toContain("did not answer within");
  });

  it("for a key that is none", async () => {
    const { update } = start({ key: "bm9uZQ==" });
    expect(await update.refresh(NEVER)).toBe(false);
    expect(log.join()).toContain("that of 2026-09-29 holds: ");
  });

  function status(code: number, location = ""): () => Answer {
    return () => ({ status: code, headers: { location }, body: Buffer.alloc(0), compressible: false });
  }
});

describe("what was accepted", () => {
  it("is not followed by an older one, in the same process or a later one", async () => {
    const started = start();
    await started.update.refresh(NEVER);
    repository.publish(laterFile("2026-11-01T00:00:00Z"));
    started.clock.now += DAY;
    expect(await started.update.refresh(NEVER)).toBe(false);
    const restarted = start();
    restarted.clock.now += 2 * DAY;
    await restarted.update.refresh(NEVER);
    expect(restarted.held.asOf).toBe(Date.UTC(2026, 10, 29));
    expect(log.filter((line) => line.includes("is not later"))).toHaveLength(2);
  });

  it("does not count where it was changed on disk, or is of another key", async () => {
    const disk = store();
    const text = JSON.stringify(laterFile());
    disk.put("catalogue", text.replace("1.0.1", "1.0.2"), { signature: sign(text) });
    expect(await start({ disk, offline: true }).update.refresh(NEVER)).toBe(false);
    disk.put("catalogue", text, { signature: sign(text) });
    expect(await start({ disk, offline: true, key: newKeyPair().publicKey }).update.refresh(NEVER)).toBe(false);
    expect(await start({ disk, offline: true }).update.refresh(NEVER)).toBe(true);
  });

  it("gives way to a later one that came with the program", async () => {
    const disk = store();
    const text = JSON.stringify(laterFile("2026-09-01T00:00:00Z"));
    disk.put("catalogue", text, { signature: sign(text) });
    const { held, update } = start({ disk, offline: true });
    expect(await update.refresh(NEVER)).toBe(false);
    expect(held.asOf).toBe(BUNDLED);
  });
});

describe("nothing is asked", () => {
  it("offline", async () => {
    expect(await start({ offline: true }).update.refresh(NEVER)).toBe(false);
    expect(repository.paths).toEqual([]);
  });

  it("without a key, and what is kept is not read", async () => {
    const disk = store();
    const text = JSON.stringify(laterFile());
    disk.put("catalogue", text, { signature: sign(text) });
    expect(await start({ disk, key: null }).update.refresh(NEVER)).toBe(false);
    expect(repository.paths).toEqual([]);
    expect(log).toEqual([]);
  });

  it("where nothing is kept: it would be asked each time", async () => {
    expect(await start({ disk: store(null) }).update.refresh(NEVER)).toBe(false);
    writeFileSync(join(folder, "a-file"), "");
    expect(await start({ disk: store(join(folder, "a-file")) }).update.refresh(NEVER)).toBe(false);
    expect(repository.paths).toEqual([]);
  });

  it("once the signal has said so, which is thrown", async () => {
    const stop = AbortSignal.abort(new Error("the end"));
    await expect(start().update.refresh(stop)).rejects.toThrow("the end");
    expect(repository.paths).toEqual([]);
  });

  it("in this version: no key is set", () => {
    expect(UPDATE_KEY).toBeNull();
    expect(UPDATE_ADDRESS).toMatch(/^https:\/\/raw\.githubusercontent\.com\/depwarden\/depwarden\/main\/[\w/.]+$/);
  });
});

describe("over the real ports", () => {
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => world.remove());

  const source = (held: HeldCatalogue): CatalogueSource => ({
    held,
    key: keys.publicKey,
    address: repository.address,
  });

  it("a version that only it names is compromised, with the version to go back to; before it was known it is not", async () => {
    const registry = await startRegistry();
    registry.publish("only-in-update", "1.0.0", { at: "2026-01-01T00:00:00Z" });
    registry.publish("only-in-update", "1.0.1", { at: "2026-01-02T00:00:00Z" });
    const judge = async (asOf: number | null): Promise<readonly (readonly string[])[]> => {
      const held = new HeldCatalogue();
      const ports = world.ports({
        registry: registry.url,
        catalogue: openCatalogue(asOf, held),
        catalogueSource: source(held),
        asOf,
      });
      expect(await ports.refreshCatalogue(NEVER)).toBe(true);
      const ref = await ports.registry.resolve("only-in-update", world.projectUri);
      const release = { name: "only-in-update", version: "1.0.1", registry: ref };
      const { judgements } = await explainRelease(release, ports, DEFAULT_SETTINGS, world.projectUri, NEVER);
      // The next one finds the catalogue on disk.
      await ports.settled();
      return judgements.map(({ rule, message }) => [rule, message]);
    };
    expect(await judge(null)).toContainEqual(["compromised", expect.stringContaining("newest-2026-11")]);
    expect((await judge(KNOWN_SINCE - DAY)).map(([rule]) => rule)).not.toContain("compromised");
    expect((await judge(KNOWN_SINCE)).map(([rule]) => rule)).toContain("compromised");
    await registry.close();
  });

  it("sends the two addresses and the tool's version, nothing of the project, and no login", async () => {
    world.write("home/.npmrc", `${repository.loopback.origin.replace("http:", "")}/:_authToken=secret\n`);
    const held = new HeldCatalogue();
    await world.ports({ catalogueSource: source(held) }).refreshCatalogue(NEVER);
    expect(repository.loopback.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["GET", "/depwarden/main/catalogue/v1/catalogue.json.sig", ""],
      ["GET", "/depwarden/main/catalogue/v1/catalogue.json", ""],
    ]);
    for (const { headers } of repository.loopback.requests)
      expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
  });

  it("goes through the person's own proxy, and through none that the project names", async () => {
    const proxied: string[] = [];
    const proxy = (name: string): Promise<Loopback<RecordedRequest>> =>
      startLoopback(
        (request) => request,
        ({ path }) => {
          proxied.push(`${name} ${path}`);
          return { status: 404, headers: {}, body: Buffer.alloc(0), compressible: false };
        },
      );
    const [own, projects] = await Promise.all([proxy("own"), proxy("project's")]);
    world.write("home/.npmrc", `proxy=${own.origin}\nhttps-proxy=${own.origin}\nnoproxy=\n`);
    world.write("project/.npmrc", `proxy=${projects.origin}\nhttps-proxy=${projects.origin}\nnoproxy=\n`);
    const ports = world.ports({
      cwd: world.project,
      folders: () => [world.projectUri],
      catalogueSource: { ...source(new HeldCatalogue()), address: "http://catalogue.invalid/catalogue.json" },
    });
    await ports.registry.resolve("alpha", world.projectUri);
    expect(await ports.refreshCatalogue(NEVER)).toBe(false);
    expect(proxied).toEqual(["own http://catalogue.invalid/catalogue.json.sig"]);
    await Promise.all([own.close(), projects.close()]);
  });

  it("is no answer of a registry: how fresh facts are does not change", async () => {
    const ports = world.ports({ catalogueSource: source(new HeldCatalogue()) });
    expect(await ports.refreshCatalogue(NEVER)).toBe(true);
    expect(ports.lastFresh()).toBeNull();
  });
});
