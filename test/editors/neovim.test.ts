/** A real Neovim with the server: a finding, a hover, and the pin as a code action. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { axiosWorld, sampleWorld } from "../fakes/incidents.ts";
import { World } from "../lsp/world.ts";
import { SAMPLE, SERVER } from "../setup/sandbox.ts";
import { neovim } from "./neovim-program.ts";

const MANIFEST = readFileSync(join(SAMPLE, "package.json"), "utf8");
const LOCKFILE = readFileSync(join(SAMPLE, "package-lock.json"), "utf8");
/** Ends a Neovim that waits for input, ms. */
const PATIENCE = 240_000;

interface Seen {
  readonly problem?: string;
  readonly finding: {
    readonly line: number;
    readonly column: number;
    readonly message: string;
    readonly source: string;
  };
  readonly hover: string;
  readonly actions: readonly string[];
  readonly text: string;
}

let world: World;
beforeEach(async () => {
  world = await World.create();
  sampleWorld(world.registry);
  axiosWorld(world.registry, world.osv, { moment: "after" });
  world.write("package.json", MANIFEST);
  world.write("package-lock.json", LOCKFILE);
});
afterEach(() => world.end());

async function drive(): Promise<Seen> {
  const result = join(world.folder, "seen.json");
  const script = (name: string): string => join(import.meta.dirname, name);
  const xdg = (name: string): string => {
    mkdirSync(join(world.folder, name));
    return join(world.folder, name);
  };
  const editor = spawn(
    neovim(),
    ["--headless", "-n", "-i", "NONE", "-u", script("init.lua"), "-S", script("drive.lua")],
    {
      env: {
        ...world.env,
        XDG_CONFIG_HOME: xdg("nvim-config"),
        XDG_DATA_HOME: xdg("nvim-data"),
        XDG_STATE_HOME: xdg("nvim-state"),
        DEPWARDEN_NODE: process.execPath,
        DEPWARDEN_SERVER: SERVER,
        DEPWARDEN_ROOT: world.project,
        DEPWARDEN_CACHE: world.cacheDir,
        DEPWARDEN_RESULT: result,
        DEPWARDEN_SETTINGS: JSON.stringify({ ...world.settings, rules: { "weak-cooldown": "off" } }),
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PATIENCE,
      killSignal: "SIGKILL",
    },
  );
  let said = "";
  for (const stream of [editor.stdout, editor.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
  await once(editor, "close");
  if (!existsSync(result)) throw new Error(`Neovim ended without a result:\n${said}`);
  const seen = JSON.parse(readFileSync(result, "utf8")) as Seen;
  if (seen.problem !== undefined) throw new Error(`${seen.problem}\n${JSON.stringify(seen)}\n${said}`);
  return seen;
}

test("the finding, the hover, and the pin", { timeout: PATIENCE + 60_000 }, async () => {
  const { finding, hover, actions, text } = await drive();
  expect(finding).toEqual({
    line: 12,
    column: 14,
    source: "depwarden",
    message: "axios 1.14.1 is compromised: it is named as malware by MAL-2026-2307. Safe version: 1.14.0.",
  });
  expect(hover).toContain("axios 1");
  expect(hover).toContain("MAL");
  expect(actions[0]).toBe("Pin axios to 1.14.0");
  expect(text).toBe(MANIFEST.replace('"axios": "^1.14.0"', '"axios": "1.14.0"'));
});
