/** A project in a folder of its own, a registry and an OSV on loopback, and the servers that a test starts. */
import { type FakeOsv, startOsv } from "../fakes/osv.ts";
import { type FakeRegistry, type RegistryOptions, startRegistry } from "../fakes/registry.ts";
import { Sandbox } from "../setup/sandbox.ts";
import { Client, type ClientOptions } from "./client.ts";

export interface StartOptions extends Partial<Omit<ClientOptions, "folders">> {
  readonly folders?: readonly string[];
  /** Over the settings that lead to the fakes. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Few of the tests' projects have a cooldown; the tests that are about it say so. */
const PROJECTS_AS_THEY_ARE = { rules: { "weak-cooldown": "off" } };

export class World extends Sandbox {
  readonly #clients: Client[] = [];

  private constructor(
    readonly registry: FakeRegistry,
    readonly osv: FakeOsv,
  ) {
    super();
  }

  static async create(options: RegistryOptions = {}): Promise<World> {
    return new World(await startRegistry(options), await startOsv());
  }

  /** The settings of a user whose registry and OSV are the fakes. */
  get settings(): Record<string, unknown> {
    return { registry: this.registry.url, osv: { enabled: true, url: this.osv.url } };
  }

  async start({ settings, initializationOptions, ...options }: StartOptions = {}): Promise<Client> {
    const own = { ...this.settings, ...PROJECTS_AS_THEY_ARE, ...settings };
    const client = await Client.start({
      folders: [this.uri()],
      configuration: () => own,
      env: this.env,
      initializationOptions: { trusted: true, cacheDir: this.cacheDir, ...initializationOptions },
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  /** Writes a file of the project and opens it; gives its URI. */
  async open(client: Client, path: string, text: string): Promise<string> {
    this.write(path, text);
    await client.open(this.uri(path), text);
    return this.uri(path);
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.stop()));
    await Promise.all([this.registry.close(), this.osv.close()]);
    this.remove();
  }
}
