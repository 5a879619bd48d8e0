import * as vscode from "vscode";
import { showInformation } from "./show.ts";

export const OFFER_LOCKFILE_UPDATE = "depwarden.offerLockfileUpdate";

interface Offer {
  readonly folder: vscode.Uri;
  /** The lockfile's format, which tells the package manager. */
  readonly format: string;
  /** The lockfile's name. */
  readonly lockfile: string;
  /** What another version was chosen of: a package once for each version that goes. */
  readonly packages: readonly string[];
  readonly manifests: readonly vscode.Uri[];
}

type Command = readonly [string, ...string[]];

/**
 * By format: what rewrites the lockfile and nothing else. No script runs and nothing is installed. Yarn 1 has no such command.
 * `npm install` would keep what is locked below a workspace in spite of a new override; `npm update` of the package does not.
 */
const COMMANDS: ReadonlyMap<string, (packages: readonly string[]) => Command> = new Map<string, (packages: readonly string[]) => Command>([
  ["npm", (packages) => ["npm", "update", ...packages, "--package-lock-only", "--ignore-scripts"]],
  ["pnpm", () => ["pnpm", "install", "--lockfile-only", "--ignore-scripts"]],
  ["bun", () => ["bun", "install", "--lockfile-only", "--ignore-scripts"]],
  ["yarn-berry", () => ["yarn", "install", "--mode=update-lockfile"]],
]);

/** Names that npm's registry gives: nothing that a command line could take for something else. */
const NAME = /^(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/i;

/** After a pin: offers to bring the lockfile in line, with scripts disabled. Runs only when the person says so, in a trusted workspace. */
export function registerLockfileUpdate(): vscode.Disposable {
  return vscode.commands.registerCommand(OFFER_LOCKFILE_UPDATE, (raw: unknown) => {
    const offer = readOffer(raw);
    // Not awaited: a fix on save runs this command before the file is saved, and would wait for the answer.
    if (offer !== null) void make(offer);
  });
}

async function make(offer: Offer): Promise<void> {
  const command = COMMANDS.get(offer.format);
  if (command === undefined || offer.packages.length === 0) return;
  const [program, ...args] = command([...new Set(offer.packages)]);
  if (!vscode.workspace.isTrusted) {
    void showInformation(`${offer.lockfile} still holds the old version. Trust this workspace to update it from here.`);
    return;
  }
  const question = "Update it now? Nothing is installed, and no script runs.";
  const choice = await showInformation(`${offer.lockfile} still holds the old version. ${question}`, "Update Lockfile");
  if (choice === undefined) return;
  for (const uri of offer.manifests) {
    await vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && document.isDirty)?.save();
  }
  const folder = vscode.workspace.getWorkspaceFolder(offer.folder);
  const task = new vscode.Task(
    { type: "depwarden" },
    folder ?? vscode.TaskScope.Workspace,
    "update lockfile",
    "Depwarden",
    // Through a shell, because these are scripts on Windows; the arguments are our own.
    new vscode.ShellExecution(program, args, { cwd: offer.folder.fsPath }),
  );
  for (let run = 0; run < runsOf(offer); run++) if ((await exitOf(task)) !== 0) return;
}

/** `npm update` brings one version of a package in line in each run (tried with 11.19 and 12.2). */
function runsOf({ format, packages }: Offer): number {
  return format === "npm" ? Math.max(...packages.map((name) => packages.filter((other) => other === name).length)) : 1;
}

/** Runs a task to its end; undefined when it was ended before. */
async function exitOf(task: vscode.Task): Promise<number | undefined> {
  const execution = await vscode.tasks.executeTask(task);
  return new Promise((resolve) => {
    const listeners = [
      vscode.tasks.onDidEndTaskProcess((event) => {
        if (event.execution === execution) end(event.exitCode);
      }),
      vscode.tasks.onDidEndTask((event) => {
        if (event.execution === execution) end(undefined);
      }),
    ];
    const end = (code: number | undefined): void => {
      for (const listener of listeners) listener.dispose();
      resolve(code);
    };
  });
}

function readOffer(raw: unknown): Offer | null {
  if (typeof raw !== "object" || raw === null) return null;
  const { folder, format, lockfile, packages, manifests } = raw as Record<string, unknown>;
  if (typeof folder !== "string" || typeof format !== "string" || typeof lockfile !== "string" || !Array.isArray(packages) || !Array.isArray(manifests)) return null;
  const name = lockfile.slice(lockfile.lastIndexOf("/") + 1);
  const names = packages.filter((entry): entry is string => typeof entry === "string" && NAME.test(entry));
  return { folder: vscode.Uri.parse(folder), format, lockfile: name, packages: names, manifests: manifests.filter((entry) => typeof entry === "string").map((entry) => vscode.Uri.parse(entry)) };
}
