/** All that a host test has to itself: a project, a registry and an OSV on loopback, and settings that name them. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { axiosWorld, sampleWorld } from "../fakes/incidents.ts";
import { startOsv, type FakeOsv } from "../fakes/osv.ts";
import { startRegistry, type FakeRegistry } from "../fakes/registry.ts";
import { removeFolder, temporaryFolder } from "./temporary.ts";

/** The repository's root, which is the extension's folder. */
export const root = join(import.meta.dirname, "../..");

const sample = join(root, "examples/axios-2026-03");

export interface World {
  /** A copy of examples/axios-2026-03, absolute. */
  readonly project: string;
  readonly registry: FakeRegistry;
  readonly osv: FakeOsv;
  /** User settings that point the extension at the two. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Environment that keeps this machine's npm configuration out. In capitals, which npm reads as well: what it sets itself is not. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param moment `live`: axios 1.14.1 is on the registry and nobody knows; `after`: removed, with advisories */
export async function openWorld(moment: "live" | "after"): Promise<World> {
  const folder = await temporaryFolder("world");
  const project = join(folder, "axios-2026-03");
  await cp(sample, project, { recursive: true });
  const npm = join(folder, "npm");
  await mkdir(npm);
  for (const name of ["user", "global"]) await writeFile(join(npm, name), "");

  const registry = await startRegistry();
  const osv = await startOsv();
  sampleWorld(registry);
  axiosWorld(registry, osv, { moment });
  publishFresh(registry);
  publishUnusual(registry);
  return {
    project,
    registry,
    osv,
    settings: { "depwarden.registry": registry.url, "depwarden.osv.url": osv.url },
    env: {
      NPM_CONFIG_USERCONFIG: join(npm, "user"),
      NPM_CONFIG_GLOBALCONFIG: join(npm, "global"),
      NPM_CONFIG_CACHE: join(npm, "cache"),
      NPM_CONFIG_REGISTRY: registry.url,
    },
    close: async () => {
      await Promise.all([registry.close(), osv.close()]);
      await removeFolder(folder);
    },
  };
}

/** A package whose newest release came out 40 minutes ago and runs a script that those before it did not. What it says of itself would be markup. */
export const FRESH = {
  name: "pad-lines",
  version: "2.1.0",
  established: "2.0.3",
  script:
    "node collect.js # [see here](command:workbench.action.quit) <img src=x> https://evil.example www.evil.example",
} as const;

function publishFresh(registry: FakeRegistry): void {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const publisher = { name: "somebody [new](command:x) www.evil.example" };
  registry.publish(FRESH.name, "2.0.2", { at: ago(900 * 24 * 60), publisher });
  registry.publish(FRESH.name, FRESH.established, { at: ago(200 * 24 * 60), publisher });
  registry.publish(FRESH.name, FRESH.version, { at: ago(40), scripts: { postinstall: FRESH.script }, publisher });
}

/** A package whose newest release, 40 minutes old, is unusual in three ways: it newly pulls in a dropper, and a person published it where a workflow did. */
export const UNUSUAL = { name: "line-width", version: "2.1.1", before: "2.1.0", dropper: "width-tables" } as const;

function publishUnusual(registry: FakeRegistry): void {
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  const day = 24 * 60;
  const workflow = { publisher: { name: "GitHub Actions", trustedPublisher: "oidc:line-width" }, provenance: true };
  registry.publish(UNUSUAL.name, "2.0.0", { at: ago(400 * day), ...workflow });
  registry.publish(UNUSUAL.name, UNUSUAL.before, { at: ago(90 * day), ...workflow });
  registry.publish(UNUSUAL.name, UNUSUAL.version, {
    at: ago(40),
    dependencies: { [UNUSUAL.dropper]: "^1.0.0" },
    publisher: { name: "line-width-owner" },
  });
  registry.publish(UNUSUAL.dropper, "1.0.0", {
    at: ago(18 * 60),
    scripts: { postinstall: "node setup.js" },
    publisher: { name: "somebody" },
  });
}
