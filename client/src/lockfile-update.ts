import * as vscode from "vscode";
import { stillLocksOld, updateQuestion } from "../../common/lockfile-question.ts";
import { showError, showInformation } from "./show.ts";

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

/** What the server answers to `depwarden/lockfileUpdate`: it knows the project's files and what a manager runs. */
interface Plan {
  /** Absolute: never a program of the workspace. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly times: number;
  /** Code that the project chooses and that runs; empty: none, and nothing is installed. */
  readonly runs: readonly string[];
}

/** `outdated`: the manifest no longer asks for another version than the lockfile has. */
type Answer = Plan | { readonly problem: string } | { readonly outdated: true };

/** Asks the server; null when none runs. */
export type AskForUpdate = (params: UpdateParams) => Promise<unknown>;

export interface UpdateParams {
  readonly folder: string;
  readonly format: string;
  readonly packages: readonly string[];
}

/** Names that npm's registry gives: nothing that a command line could take for something else. */
const NAME = /^(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/i;

/** The quick fix that updates the lockfile where that is all that is left. */
export function registerLockfileUpdate(ask: AskForUpdate): vscode.Disposable {
  return vscode.commands.registerCommand(OFFER_LOCKFILE_UPDATE, (raw: unknown) => offerLockfileUpdate(raw, ask));
}

/**
 * After a fix: offers to bring the lockfile in line. Runs only when the person says so, in a trusted workspace. VS Code
 * shows the same offer once: a newer one takes its place.
 */
export function offerLockfileUpdate(raw: unknown, ask: AskForUpdate): void {
  const offer = readOffer(raw);
  if (offer !== null) void make(offer, ask);
}

async function make(offer: Offer, ask: AskForUpdate): Promise<void> {
  // Yarn 1 installs whenever it writes its lockfile: nothing is offered.
  if (offer.format === "yarn-classic" || offer.packages.length === 0) return;
  const old = stillLocksOld(offer.lockfile);
  if (!vscode.workspace.isTrusted) {
    void showInformation(`${old} Trust this workspace to update it from here.`);
    return;
  }
  let shown: string | null = null;
  for (;;) {
    const answer = await answerOf(offer, ask);
    if ("outdated" in answer) {
      if (shown !== null) void showInformation(`${offer.lockfile} is in line with package.json: nothing was updated.`);
      return;
    }
    if ("problem" in answer) {
      void showError(`${old} ${answer.problem}`);
      return;
    }
    const [question, button] = updateQuestion(answer.runs);
    // The files are read again when the button is pressed: what runs is what the person agreed to.
    if (question === shown) return run(offer, answer);
    if ((await showInformation(`${old} ${question}`, button)) === undefined) return;
    shown = question;
    await save(offer.manifests);
  }
}

async function answerOf({ folder, format, packages }: Offer, ask: AskForUpdate): Promise<Answer> {
  const answer = readAnswer(await ask({ folder: folder.toString(), format, packages }).catch(() => null));
  if ("problem" in answer || "outdated" in answer) return answer;
  const { program, args, env } = answer;
  if ([folder.fsPath, program, ...args, ...Object.values(env)].some((text) => text.includes(VARIABLE)))
    return { problem: `A path here contains "${VARIABLE}", which VS Code would replace. Update it by hand.` };
  return { ...answer, runs: [...answer.runs, ...terminalSettings(answer, folder)] };
}

/** VS Code fills in variables in all parts of a task, and runs commands for it: `${command:…}`, `${input:…}`, `${env:…}`. */
const VARIABLE = "${";

/**
 * Variables that the workspace gives to terminals reach the program too, and can make it load code: NODE_OPTIONS. A
 * program that needs a shell runs in the one that the workspace names.
 */
function terminalSettings(plan: Plan, folder: vscode.Uri): readonly string[] {
  const sections = needsShell(plan) ? ["env", "automationProfile"] : ["env"];
  return sections.flatMap((section) =>
    ["linux", "osx", "windows"].flatMap((system) => {
      const found = vscode.workspace.getConfiguration(`terminal.integrated.${section}`, folder).inspect<object>(system);
      const keys = [found?.workspaceValue, found?.workspaceFolderValue].flatMap((value) => Object.keys(value ?? {}));
      const setting = `terminal.integrated.${section}.${system}`;
      const what = section === "env" ? "variables for terminals" : "a shell";
      return keys.length === 0 ? [] : [`${what} (${setting} in the workspace's settings)`];
    }),
  );
}

async function save(manifests: readonly vscode.Uri[]): Promise<void> {
  for (const uri of manifests) {
    await vscode.workspace.textDocuments
      .find((document) => document.uri.toString() === uri.toString() && document.isDirty)
      ?.save();
  }
}

async function run(offer: Offer, plan: Plan): Promise<void> {
  const scope = vscode.workspace.getWorkspaceFolder(offer.folder) ?? vscode.TaskScope.Workspace;
  const execution = executionOf(plan, offer.folder.fsPath);
  const task = new vscode.Task({ type: "depwarden" }, scope, "update lockfile", "Depwarden", execution);
  for (let time = 0; time < plan.times; time++) if ((await exitOf(task)) !== 0) return;
}

/** Scripts of Windows run in a shell only. */
function needsShell({ program }: Plan): boolean {
  return program.toLowerCase().endsWith(".cmd");
}

function executionOf(plan: Plan, cwd: string): vscode.ProcessExecution | vscode.ShellExecution {
  const { program, args, env } = plan;
  const options = { cwd, env: { ...env } };
  if (!needsShell(plan)) return new vscode.ProcessExecution(program, [...args], options);
  const quoted = (value: string): vscode.ShellQuotedString => ({ value, quoting: vscode.ShellQuoting.Strong });
  return new vscode.ShellExecution(quoted(program), args.map(quoted), options);
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
  if (
    typeof folder !== "string" ||
    typeof format !== "string" ||
    typeof lockfile !== "string" ||
    !Array.isArray(packages) ||
    !Array.isArray(manifests)
  )
    return null;
  const name = lockfile.slice(lockfile.lastIndexOf("/") + 1);
  const names = packages.filter((entry): entry is string => typeof entry === "string" && NAME.test(entry));
  return {
    folder: vscode.Uri.parse(folder),
    format,
    lockfile: name,
    packages: names,
    manifests: manifests.filter((entry) => typeof entry === "string").map((entry) => vscode.Uri.parse(entry)),
  };
}

function readAnswer(raw: unknown): Answer {
  const answer = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const { outdated, problem, program, args, env, times, runs } = answer;
  if (outdated === true) return { outdated };
  if (typeof problem === "string") return { problem };
  const isPlan = typeof program === "string" && isTexts(args) && isTexts(runs) && typeof times === "number";
  if (!isPlan || typeof env !== "object" || env === null) {
    return { problem: "The language server did not say how to update it." };
  }
  return { program, args, env: env as Record<string, string>, times, runs };
}

function isTexts(raw: unknown): raw is readonly string[] {
  return Array.isArray(raw) && raw.every((entry) => typeof entry === "string");
}
