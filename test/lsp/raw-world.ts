/** A project with one compromised package, and raw clients that open it. */
import { afterEach, beforeEach } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago, lockfileText, manifestText, specifierIn } from "../setup/projects.ts";
import type { Shape } from "./editor-shapes.ts";
import { type Answer, RawClient } from "./raw-client.ts";
import { World } from "./world.ts";

export const MANIFEST = manifestText({ bad: "^1.0.0" });
export const LOCKFILE = lockfileText({ bad: "^1.0.0" }, { bad: { version: "1.1.0" } });
/** The range asked for in the manifest. */
export const BAD = specifierIn(MANIFEST, "bad");
/** Few of the tests' projects have a cooldown. */
export const RULES = { "weak-cooldown": "off" };

export interface Start {
  /** Over those of a well-behaved client. */
  readonly answers?: Readonly<Record<string, Answer>>;
  /** Over what the shape says in `initialize`. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** `initializationOptions.settings`. */
  readonly settings?: unknown;
  /** Started as a process; without: the server runs in this thread. */
  readonly program?: string;
}

export class RawWorld {
  readonly #clients: RawClient[] = [];

  private constructor(readonly world: World) {}

  /** Version 1.1.0 of `bad` is malware, 1.0.0 is safe. */
  static async create(): Promise<RawWorld> {
    const world = await World.create();
    world.registry.publish("bad", "1.0.0", { at: ago({ days: 400 }) });
    world.registry.publish("bad", "1.1.0", { at: ago({ days: 300 }) });
    world.osv.add(malware("MAL-2099-1", "bad", ["1.1.0"], { published: ago({ days: 1 }) }));
    world.write("package.json", MANIFEST);
    world.write("package-lock.json", LOCKFILE);
    return new RawWorld(world);
  }

  /** A server that nothing has been said to. @param program started as a process; without: in this thread */
  connect(own: Readonly<Record<string, Answer>> = {}, program: string | null = null): RawClient {
    const client = new RawClient(this.world.env, { ...this.#answers(), ...own }, program);
    this.#clients.push(client);
    return client;
  }

  async start(shape: Shape, options: Start = {}): Promise<RawClient> {
    const client = this.connect(options.answers, options.program);
    await client.request("initialize", this.initializeParams(shape, options));
    client.notify("initialized", {});
    return client;
  }

  initializeParams(shape: Shape, { params = {}, settings }: Start = {}): object {
    const own = settings === undefined ? {} : { settings };
    return {
      processId: process.pid,
      capabilities: shape.capabilities,
      ...shape.folder(this.world.uri()),
      initializationOptions: { trusted: true, cacheDir: this.world.cacheDir, ...own },
      ...params,
    };
  }

  /** Opens package.json; gives its URI. */
  open(client: RawClient, text = MANIFEST): string {
    client.open(this.world.uri("package.json"), text);
    return this.world.uri("package.json");
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.stop()));
    await this.world.end();
  }

  #answers(): Record<string, Answer> {
    return {
      "workspace/configuration": (params) =>
        (params as { items: unknown[] }).items.map(() => ({ ...this.world.settings, rules: RULES })),
      "client/registerCapability": () => null,
      "window/workDoneProgress/create": () => null,
      "workspace/diagnostic/refresh": () => null,
    };
  }
}

/** A world of its own for each test of a file; to be called at the file's top. Gives the present test's. */
export function rawWorlds(): () => RawWorld {
  let present: RawWorld | null = null;
  const own = (): RawWorld => {
    if (present === null) throw new Error("no test runs");
    return present;
  };
  beforeEach(async () => {
    present = await RawWorld.create();
  });
  afterEach(() => own().end());
  return own;
}

export function isCompromised(codes: readonly string[]): boolean {
  return codes.includes("compromised");
}
