/** All ports made real, and what the fronts steer them with. */
import type { Catalogue, Logger, Ports, Program, RegistryRef } from "../core/ports.ts";
import { withoutTrailing } from "../core/util/text.ts";
import { CombinedAdvisories } from "./advisories.ts";
import { BulkAdvisories } from "./bulk.ts";
import { CatalogueUpdate, UPDATE_LIMITS, type CatalogueSource } from "./catalogue-update.ts";
import { createClock } from "./clock.ts";
import { FactStore } from "./fact-store.ts";
import { rememberingFiles } from "./file-cache.ts";
import { createFiles } from "./files.ts";
import { createHistory } from "./git.ts";
import { Http, type HttpLimits } from "./http.ts";
import { Osv } from "./osv.ts";
import { packumentOf, type ReadPackument } from "./packument-body.ts";
import { findProgram, machine } from "./programs.ts";
import type { Author } from "./registries/address.ts";
import type { HttpSettings } from "./registries/http-settings.ts";
import { RegistryConfigs } from "./registries/index.ts";
import type { Openness } from "./registry-visibility.ts";
import { NpmRegistry } from "./registry.ts";
import { pathOf } from "./uri.ts";
import { settingsPlaces } from "./settings-places.ts";

export interface PortOptions {
  /** Null keeps nothing on disk. See `defaultCacheDir`. */
  readonly cacheDir: string | null;
  /** Nothing is sent; what was kept serves, whatever its age. */
  readonly offline: boolean;
  /** Instead of the default registry; null: as configured. Scopes keep theirs. */
  readonly registry: string | null;
  /** Who named `registry`: without, it counts as the project's. A setting of an editor may be the workspace's. */
  readonly registryAuthor?: Author;
  /** `url`: without a final slash, as https://api.osv.dev. */
  readonly osv: { readonly enabled: boolean; readonly url: string };
  /** False: nothing of the workspace chooses a host or a credential, and git is not run. */
  readonly trusted: boolean;
  /** The folders that are opened or scanned now, as URIs: no program is taken from them. */
  readonly folders: () => readonly string[];
  /** Judge as if it were this moment, ms since epoch; null: now. */
  readonly asOf: number | null;
  readonly log: Logger;
  readonly catalogue: Catalogue;
  /** Where a later catalogue comes from; without: from nowhere. */
  readonly catalogueSource?: CatalogueSource;
  readonly limits?: Partial<HttpLimits>;
  /** Without: in this thread. */
  readonly readPackument?: ReadPackument;
  /** How long answers are taken as they are, ms; without: 5 minutes for packages, 10 for advisories. */
  readonly fresh?: { readonly packages?: number; readonly advisories?: number };
  /** The editor's own proxy settings; without: there is no editor. */
  readonly http?: HttpSettings | null;
  /** process.env, but for tests. */
  readonly env?: NodeJS.ProcessEnv;
  /** The folder that the process runs in, but for tests. */
  readonly cwd?: string;
}

export interface RealPorts extends Ports {
  /** Forgets all facts, in memory and on disk, and reads configuration files anew. */
  clearCache(): Promise<void>;
  /** Reads configuration files anew when next needed. Facts stay. */
  refreshConfiguration(): void;
  /** When a registry or advisory service last answered, ms since epoch; null: not since the start. */
  lastFresh(): number | null;
  /** A program outside the folders that are opened or scanned; null: there is none. See programs.ts. */
  findProgram(name: string, extensions: readonly string[]): Program | null;
  /** All that is to be kept is on disk. Await it before the process ends. */
  settled(): Promise<void>;
  /**
   * Takes up a later catalogue that is kept, or was to be had: asked for once a day at most. Whether another one holds
   * now. Throws only the signal's reason.
   */
  refreshCatalogue(signal: AbortSignal): Promise<boolean>;
  /** Cleans up what is on disk when that was not done today. Takes a while: call it when nobody waits. */
  maintain(): Promise<void>;
}

export function createPorts(options: PortOptions): RealPorts {
  const { log, offline } = options;
  const folders = (): readonly string[] => options.folders().flatMap((uri) => pathOf(uri) ?? []);
  const clock = createClock(options.asOf);
  const disk = new FactStore(options.cacheDir, log);
  const configs = new RegistryConfigs({
    trusted: options.trusted,
    registry: options.registry,
    ...(options.registryAuthor === undefined ? {} : { registryAuthor: options.registryAuthor }),
    log,
    http: options.http ?? null,
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const { env } = configs;
  const http = new Http(options.limits, env);
  const packagesFresh = options.fresh?.packages;
  const advisoriesFresh = options.fresh?.advisories;
  const registry = new NpmRegistry({
    http,
    configs,
    disk,
    offline,
    readPackument: options.readPackument ?? ((body, request) => Promise.resolve(packumentOf(body, request))),
    ...(packagesFresh === undefined ? {} : { fresh: packagesFresh }),
  });
  const fresh = advisoriesFresh === undefined ? {} : { fresh: advisoriesFresh };
  const osv = options.osv.enabled
    ? new Osv({
        http,
        disk,
        offline,
        url: withoutTrailing(options.osv.url, "/"),
        connection: () => configs.publicConnection(),
        asOf: clock.asOf,
        ...fresh,
      })
    : null;
  const bulk = new BulkAdvisories({ http, disk, offline, log, ...fresh });
  const source = options.catalogueSource;
  const update =
    source === undefined
      ? null
      : new CatalogueUpdate({
          source,
          // Its own, as its answers are no facts of packages.
          http: new Http({ ...options.limits, ...UPDATE_LIMITS }, env),
          disk,
          offline,
          connection: () => configs.publicConnection(),
          log,
        });
  // Offline no name is sent, so what was kept serves for all of them.
  const opennessOf = async (ref: RegistryRef, signal: AbortSignal): Promise<Openness> =>
    offline ? "open" : registry.refusals.of(ref, signal);
  return {
    registry,
    advisories: new CombinedAdvisories({ catalogue: options.catalogue, osv, bulk, opennessOf }),
    catalogue: options.catalogue,
    files: rememberingFiles(createFiles()),
    history: createHistory({ trusted: options.trusted, folders, env, log }),
    userSettings: { places: settingsPlaces(env), env },
    clock,
    log,
    async clearCache() {
      registry.forget();
      osv?.forget();
      bulk.forget();
      configs.refresh();
      await disk.clear();
    },
    refreshConfiguration() {
      configs.refresh();
    },
    lastFresh: () => http.lastAnswer,
    findProgram: (name, extensions) => findProgram(name, extensions, folders(), machine(env)),
    settled: () => disk.close(),
    refreshCatalogue: async (signal) => update !== null && (await update.refresh(signal)),
    maintain: () => disk.maintain(),
  };
}
