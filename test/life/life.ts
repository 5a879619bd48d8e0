/**
 * The life of two windows on one project and one fact store: edits, opens, closes, settings, files that change on disk,
 * hovers and fixes, at random. Now and then what is shown has to be what a server that was just started shows, and the
 * heap is measured.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { malware } from "../fakes/osv.ts";
import { ago } from "../setup/projects.ts";
import { random } from "../setup/random.ts";
import type { Client } from "../lsp/client.ts";
import { World } from "../lsp/world.ts";
import { SERVER } from "../setup/sandbox.ts";

export interface LifeOptions {
  readonly steps: number;
  readonly seed: number;
  /** Steps between two comparisons. */
  readonly every: number;
  readonly onCheck?: (sample: LifeSample) => void;
}

export interface LifeSample {
  readonly step: number;
  /** Of each window's server after a collection, bytes. */
  readonly heaps: readonly number[];
}

export interface LifeReport {
  readonly samples: readonly LifeSample[];
  /** Where what was shown differs from what a new server shows. */
  readonly differences: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** How long what is shown may be behind, ms. */
const LATEST = 30_000;
const HOOK = fileURLToPath(new URL("memory-hook.cjs", import.meta.url));
const PACKAGES = ["alpha", "beta", "gamma", "delta", "inner"];
const VERSIONS = ["1.0.0", "1.0.1", "1.1.0", "2.0.0"];
const RANGES = [
  "^1.0.0",
  "~1.0.0",
  "*",
  "1.0.1",
  "2.0.0",
  ">=1.0.0 <2",
  "latest",
  "npm:inner@^1.0.0",
  "",
  "not a range",
];
const SETTINGS: readonly Record<string, unknown>[] = [
  {},
  { minimumReleaseAge: "0" },
  { minimumReleaseAge: "30d" },
  { rules: { "fresh-release": "off" } },
  { allow: [{ package: "inner", version: "1.0.1", rules: ["compromised"], reason: "tried" }] },
  { exclude: ["packages/a/**"] },
];
const MANIFESTS = ["package.json", "packages/a/package.json"];
const LOCKFILE = "package-lock.json";
const FILES = [...MANIFESTS, LOCKFILE];

type Choose = <T>(of: readonly T[]) => T;

export async function live({ steps, seed, every, onCheck }: LifeOptions): Promise<LifeReport> {
  const next = random(seed);
  const choose: Choose = (of) => {
    const chosen = of[Math.floor(next() * of.length)];
    if (chosen === undefined) throw new Error("nothing to choose from");
    return chosen;
  };
  const world = await World.create();
  publish(world);
  for (const path of FILES) world.write(path, textOf(path, choose));
  const windows = await Promise.all([0, 1].map((at) => Window.open(world, choose, `window-${at}`)));
  const samples: LifeSample[] = [];
  const differences: string[] = [];
  const counts: Record<string, number> = {};
  try {
    for (let step = 1; step <= steps; step++) {
      const window = choose(windows);
      const act = choose(window.acts);
      counts[act.name] = (counts[act.name] ?? 0) + 1;
      await act.run(windows);
      if (step % every !== 0 && step !== steps) continue;
      const heaps: number[] = [];
      for (const one of windows) {
        differences.push(...(await one.differences()).map((difference) => `step ${step}: ${difference}`));
        heaps.push(await one.heap());
      }
      samples.push({ step, heaps });
      onCheck?.({ step, heaps });
    }
    return { samples, differences, counts };
  } finally {
    await world.end();
  }
}

function publish(world: World): void {
  for (const [at, name] of PACKAGES.entries())
    for (const [place, version] of VERSIONS.entries())
      world.registry.publish(name, version, {
        at: ago({ days: place === 2 ? 1 : 400 - 10 * place - at }),
        ...(name === "alpha" ? { dependencies: { inner: "^1.0.0" } } : {}),
        ...(name === "beta" && place === 1 ? { scripts: { postinstall: "node build.js" } } : {}),
      });
  world.osv.add(malware("MAL-2026-1", "inner", ["1.0.1"], { published: "2026-01-01T00:00:00Z" }));
}

function textOf(path: string, choose: Choose): string {
  return path === LOCKFILE ? lockfile(choose) : manifest(path, choose);
}

function manifest(path: string, choose: Choose): string {
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, choose(RANGES)]));
  const root =
    path === "package.json" ? { private: true, workspaces: ["packages/*"] } : { name: "a", version: "1.0.0" };
  return `${JSON.stringify({ ...root, dependencies }, null, 2)}\n`;
}

function lockfile(choose: Choose): string {
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, "^1.0.0"]));
  const entries = PACKAGES.map((name) => [`node_modules/${name}`, { version: choose(VERSIONS) }]);
  const packages = {
    "": { workspaces: ["packages/*"], dependencies },
    "packages/a": { name: "a", version: "1.0.0", dependencies },
    "node_modules/a": { resolved: "packages/a", link: true },
    ...(Object.fromEntries(entries) as object),
  };
  return `${JSON.stringify({ lockfileVersion: 3, packages }, null, 2)}\n`;
}

interface Act {
  readonly name: string;
  readonly run: (windows: readonly Window[]) => Promise<unknown>;
}

class Window {
  readonly acts: readonly Act[];
  readonly #texts = new Map<string, string>();
  #settings: Record<string, unknown> = {};
  #heaps = 0;

  private constructor(
    private readonly world: World,
    private readonly choose: Choose,
    private readonly notes: string,
    private readonly client: { value: Client },
  ) {
    const act = (name: string, run: Act["run"]): Act => ({ name, run });
    this.acts = [
      act("edit", () => this.#edit()),
      act("edit", () => this.#edit()),
      act("edit", () => this.#edit()),
      act("edit", () => this.#edit()),
      act("broken text", () => this.#break()),
      act("open or close", () => this.#toggle()),
      act("hover", () => this.#hover()),
      act("fixes", () => this.#fixes()),
      act("settings", () => this.#change()),
      act("file on disk", (windows) => this.#onDisk(windows)),
      act("pause", () => this.settled()),
    ];
  }

  static async open(world: World, choose: Choose, name: string): Promise<Window> {
    const notes = join(world.folder, name);
    const client = { value: await start(world, () => window.settings, notes) };
    const window: Window = new Window(world, choose, notes, client);
    for (const path of FILES) await window.#open(path);
    return window;
  }

  get settings(): Record<string, unknown> {
    return { ...this.world.settings, ...this.#settings };
  }

  /** All that was done is checked. */
  async settled(): Promise<void> {
    const { value: client } = this.client;
    // An answer to a request comes after what was sent before it has been heard.
    await client.hover(this.world.uri("package.json"), { line: 0, character: 0 });
    const quiet = async (): Promise<boolean> => {
      const from = client.statuses.length;
      await new Promise((resolve) => setTimeout(resolve, 250));
      return client.statuses.length === from && client.statuses.at(-1)?.checking === null;
    };
    while (!(await quiet()));
  }

  /** What it shows and a server that has just been started does not, or the other way round. */
  async differences(): Promise<readonly string[]> {
    await this.settled();
    const fresh = await start(this.world, () => this.settings, `${this.notes}-fresh`);
    try {
      const other = new Window(this.world, this.choose, this.notes, { value: fresh });
      other.#settings = this.#settings;
      for (const [path, text] of this.#texts) await other.#open(path, text);
      const different = (): readonly string[] =>
        [...this.#texts.keys()].flatMap((path) => {
          const [mine, theirs] = [this.#shown(path), other.#shown(path)];
          return mine === theirs ? [] : [`${path}\n  lives: ${mine}\n  new:   ${theirs}`];
        });
      // On a busy machine a check may begin late.
      const limit = Date.now() + LATEST;
      do await Promise.all([this.settled(), other.settled()]);
      while (different().length > 0 && Date.now() < limit);
      return different();
    } finally {
      await fresh.stop();
    }
  }

  /** In use after a collection, bytes. */
  async heap(): Promise<number> {
    this.client.value.signal("SIGUSR2");
    this.#heaps++;
    for (;;) {
      // Whole lines: the last one may still be written.
      const lines = existsSync(this.notes) ? readFileSync(this.notes, "utf8").split("\n").slice(0, -1) : [];
      if (lines.length >= this.#heaps) return Number(lines[this.#heaps - 1]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #shown(path: string): string {
    const diagnostics = this.client.value.shown(this.world.uri(path)) ?? [];
    const lines = diagnostics.map(({ code, range, severity, message }) =>
      JSON.stringify([code, range.start, range.end, severity, message]),
    );
    return lines.sort().join("\n");
  }

  async #open(path: string, text?: string): Promise<void> {
    const own = text ?? readFileSync(join(this.world.project, path), "utf8");
    this.#texts.set(path, own);
    await this.client.value.open(this.world.uri(path), own);
  }

  async #edit(): Promise<void> {
    const path = this.choose([...this.#texts.keys(), ...this.#texts.keys(), LOCKFILE]);
    await this.#write(path, textOf(path, this.choose));
  }

  async #break(): Promise<void> {
    const path = this.choose([...this.#texts.keys(), LOCKFILE]);
    const whole = textOf(path, this.choose);
    await this.#write(path, this.choose([whole.slice(0, -20), whole.replace(",", ""), "", `${whole}}`, "[1, 2"]));
  }

  async #write(path: string, text: string): Promise<void> {
    if (!this.#texts.has(path)) return;
    this.#texts.set(path, text);
    await this.client.value.change(this.world.uri(path), text);
  }

  async #toggle(): Promise<void> {
    const path = this.choose(FILES);
    if (!this.#texts.has(path)) return this.#open(path);
    this.#texts.delete(path);
    await this.client.value.close(this.world.uri(path));
  }

  async #hover(): Promise<void> {
    const path = this.choose(FILES);
    await this.client.value.hover(this.world.uri(path), { line: this.choose([2, 4, 6, 8]), character: 8 });
  }

  async #fixes(): Promise<void> {
    const path = this.choose(FILES);
    const shown = this.client.value.shown(this.world.uri(path)) ?? [];
    await this.client.value.codeActions(this.world.uri(path), shown.slice(0, 1));
  }

  async #change(): Promise<void> {
    this.#settings = this.choose(SETTINGS);
    await this.client.value.settingsChanged();
  }

  /** As by another program: every window hears of it. */
  async #onDisk(windows: readonly Window[]): Promise<void> {
    const path = this.choose([...FILES, ".npmrc"]);
    const uri = this.world.uri(path);
    const isGone = path === ".npmrc" && this.choose([true, false]);
    if (isGone) rmSync(join(this.world.project, path), { force: true });
    else
      this.world.write(path, path === ".npmrc" ? this.choose(["min-release-age=30\n", ""]) : textOf(path, this.choose));
    for (const { client } of windows) await (isGone ? client.value.filesDeleted(uri) : client.value.filesChanged(uri));
  }
}

function start(world: World, settings: () => Record<string, unknown>, notes: string): Promise<Client> {
  return world.start({
    program: SERVER,
    configuration: settings,
    env: { ...world.env, NODE_OPTIONS: `--require ${HOOK}`, DEPWARDEN_LIFE_MEMORY: notes },
  });
}
