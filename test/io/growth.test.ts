/** Settings of package managers take time in proportion to what is written, whatever they name. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegistryConfigs } from "../../server/src/io/registries/index.ts";
import { growthOf, MOST_GROWTH } from "../setup/growth.ts";
import { World } from "./world.ts";

let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.remove());

/** The files of a project by path, for a number of lines; names of as many scopes are asked for. */
interface Case {
  readonly what: string;
  readonly size: number;
  readonly files: (size: number) => Readonly<Record<string, string>>;
}

const lines = (size: number, each: (index: number) => string): string =>
  Array.from({ length: size }, (_, index) => `${each(index)}\n`).join("");
const yarn = { "package.json": JSON.stringify({ packageManager: "yarn@4.18.1" }) };

const CASES: readonly Case[] = [
  {
    what: "scopes of Yarn without settings",
    size: 700,
    files: (size) => ({ ...yarn, ".yarnrc.yml": `npmScopes:\n${lines(size, (index) => ` s${index}: {}`)}` }),
  },
  {
    what: "scopes of Yarn under onConflict",
    size: 700,
    files: (size) => ({
      ...yarn,
      ".yarnrc.yml": `npmScopes:\n onConflict: extend\n${lines(size, (index) => ` s${index}: {}`)}`,
    }),
  },
];

describe("time grows no faster than", () => {
  it.each(CASES)("$what", { timeout: 120_000 }, async ({ size, files }) => {
    const growth = await growthOf(size, (own) => async () => {
      for (const [path, text] of Object.entries(files(own))) world.write(`project/${path}`, text);
      const config = new RegistryConfigs({ trusted: true, registry: null, log: QUIET, env: world.env });
      for (let index = 0; index < own; index++) {
        const { connection, refused, url } = await config.resolve(`@s${index}/x`, world.projectUri);
        if (refused === null) connection.to(url);
      }
    });
    expect(growth).toBeLessThan(MOST_GROWTH);
  });
});

const QUIET = { info: () => undefined, warn: () => undefined };
