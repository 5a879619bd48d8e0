/** A project that a real package manager locks against a registry on loopback, and that Depwarden mends through its server. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CodeAction, TextEdit, WorkspaceEdit } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { documentKind, readLockfile } from "../../server/src/core/documents/index.ts";
import { runWhole } from "../../server/src/core/task.ts";
import { FIX_ALL, OFFER_LOCKFILE_UPDATE } from "../../server/src/lsp/code-actions.ts";
import { World } from "../lsp/world.ts";
import { runTool, type Outcome, type Tool } from "./tools.ts";

export class Workbench {
  private constructor(
    readonly world: World,
    readonly tool: Tool,
    private readonly tools: string,
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  /** `variables`: beside those that keep the tool to the test's own folder. */
  static async create(tool: Tool, tools: string, variables: Readonly<Record<string, string>> = {}): Promise<Workbench> {
    return new Workbench(await World.create(), tool, tools, variables);
  }

  /** Nothing of this machine, every registry the fake, all caches and homes below the test's own folder. */
  get env(): Record<string, string> {
    const { env, folder, registry } = this.world;
    return {
      ...env,
      npm_config_registry: registry.url,
      npm_config_cache: join(folder, "npm-cache"),
      npm_config_update_notifier: "false",
      npm_config_store_dir: join(folder, "pnpm-store"),
      PNPM_HOME: join(folder, "pnpm-home"),
      XDG_CONFIG_HOME: join(folder, "xdg-config"),
      XDG_DATA_HOME: join(folder, "xdg-data"),
      XDG_STATE_HOME: join(folder, "xdg-state"),
      YARN_CACHE_FOLDER: join(folder, "yarn-cache"),
      YARN_REGISTRY: registry.url,
      YARN_GLOBAL_FOLDER: join(folder, "yarn-global"),
      YARN_NPM_REGISTRY_SERVER: registry.url,
      YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
      YARN_ENABLE_TELEMETRY: "0",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      BUN_INSTALL: join(folder, "bun"),
      BUN_INSTALL_CACHE_DIR: join(folder, "bun-cache"),
      BUN_CONFIG_REGISTRY: registry.url,
      DO_NOT_TRACK: "1",
      pnpm_config_registry: registry.url,
      ...this.variables,
    };
  }

  /** `variables`: beside its own. `isDone`: see `runTool`. */
  run(
    args: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    isDone?: () => boolean,
  ): Promise<Outcome> {
    return runTool(this.tools, this.tool, args, this.world.project, { ...this.env, ...variables }, isDone);
  }

  /** Lets the tool write its lockfile. Throws with the tool's words when it fails. */
  async lock(args = this.tool.lock): Promise<void> {
    const { code, output } = await this.run(args);
    if (code !== 0) throw new Error(`${this.tool.name} ${args.join(" ")} ended with ${String(code)}:\n${output}`);
    if (!existsSync(this.lockfile)) throw new Error(`${this.tool.name} wrote no ${this.tool.lockfile}:\n${output}`);
  }

  get lockfile(): string {
    return join(this.world.project, this.tool.lockfile);
  }

  text(path: string): string {
    return readFileSync(join(this.world.project, path), "utf8");
  }

  /** The registry packages that the lockfile holds, each once, sorted: `name@version`. */
  locked(): readonly string[] {
    const kind = documentKind(basename(this.lockfile));
    if (kind === null || kind === "package-json") throw new Error(`${this.lockfile} is no lockfile`);
    const { packages, problems } = runWhole(readLockfile(kind, readFileSync(this.lockfile, "utf8")));
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    return [
      ...new Set(
        packages.filter(({ source }) => source === "registry").map(({ name, version }) => `${name}@${version}`),
      ),
    ].sort();
  }

  /** Opens the tool's lockfile, or the one named, in the server, takes the preferred fix of what it says of a package, and writes the edit to disk. */
  async mend(name: string, lockfile = this.tool.lockfile): Promise<CodeAction> {
    const client = await this.world.start();
    const uri = this.world.uri(lockfile);
    await client.open(uri, this.text(lockfile));
    const shown = await client.diagnostics(uri, (diagnostics) =>
      diagnostics.some(({ code }) => code === "compromised"),
    );
    const own = shown.filter(
      ({ code, data }) => code === "compromised" && (data as { package?: unknown }).package === name,
    );
    const actions = await client.codeActions(uri, own);
    const preferred = actions.find(({ isPreferred }) => isPreferred === true);
    if (preferred?.edit === undefined)
      throw new Error(`no fix for ${name}: ${JSON.stringify(actions.map(({ title }) => title))}`);
    write(preferred.edit);
    return preferred;
  }

  /** Takes the fix for the whole lockfile, and writes its edit to disk; gives the packages that the offer to update the lockfile names. */
  async mendAll(): Promise<readonly string[]> {
    const client = await this.world.start({ initializationOptions: { clientCommands: [OFFER_LOCKFILE_UPDATE] } });
    const uri = this.world.uri(this.tool.lockfile);
    await client.open(uri, this.text(this.tool.lockfile));
    const shown = await client.diagnostics(uri, (diagnostics) =>
      diagnostics.some(({ code }) => code === "compromised"),
    );
    const offers: { readonly packages: readonly string[] }[] = [];
    client.connection.onNotification(
      "depwarden/offerLockfileUpdate",
      (offer: { readonly packages: readonly string[] }) => void offers.push(offer),
    );
    const [all] = await client.codeActions(uri, shown, [FIX_ALL]);
    if (all?.edit === undefined) throw new Error("no fix for the file");
    write(all.edit);
    // Yarn 1 cannot write its lockfile alone.
    if (this.tool.name === "Yarn 1") return [];
    await client.filesChanged(...filesOf(all.edit));
    const offer = await client.until(
      () => offers[0],
      () => "no update is offered",
    );
    return offer.packages;
  }

  end(): Promise<void> {
    return this.world.end();
  }
}

function filesOf({ changes = {}, documentChanges = [] }: WorkspaceEdit): readonly string[] {
  const changed = documentChanges.flatMap((change) => ("textDocument" in change ? [change.textDocument.uri] : []));
  return [...Object.keys(changes), ...changed];
}

/** Applies an edit to the files on disk, as an editor does that has none of them open. */
export function write({ changes = {}, documentChanges = [] }: WorkspaceEdit): void {
  for (const [uri, edits] of Object.entries(changes)) rewrite(uri, edits);
  for (const change of documentChanges) {
    if ("textDocument" in change) rewrite(change.textDocument.uri, change.edits as readonly TextEdit[]);
    else if (change.kind === "create") writeFileSync(fileURLToPath(change.uri), "", { flag: "wx" });
    else throw new Error(`an edit that no fix makes: ${change.kind}`);
  }
}

function rewrite(uri: string, edits: readonly TextEdit[]): void {
  const path = fileURLToPath(uri);
  writeFileSync(
    path,
    TextDocument.applyEdits(TextDocument.create(uri, "plaintext", 0, readFileSync(path, "utf8")), [...edits]),
  );
}
