import * as vscode from "vscode";
import { ask, choose, showInformation } from "./show.ts";

export const ALLOW = "depwarden.allow";

interface AllowRequest {
  readonly rule: string;
  readonly package: string;
  readonly version: string;
  readonly folder: string;
}

/** Carries out the quick fix "Allow … with a reason": asks for the reason and an end, and writes the entry into workspace settings. */
export function registerAllow(): vscode.Disposable {
  return vscode.commands.registerCommand(ALLOW, async (raw: unknown) => {
    const request = readRequest(raw);
    if (request === null) return;
    if (!vscode.workspace.isTrusted) return tellOfTrust();
    const what = `${request.package} ${request.version}`;
    const reason = await ask({
      title: `Allow ${what} for ${request.rule}`,
      prompt: "Why is this accepted? The reason is saved in the workspace settings.",
      problem: (text) => (text.trim() === "" ? "A reason is needed." : null),
    });
    if (reason === undefined) return;
    const until = await askUntil(what);
    if (until === undefined) return;
    await write(request, reason.trim(), until);
  });
}

const MANAGE_TRUST = "Manage Workspace Trust";

/** VS Code does not give out `depwarden.allow` of a workspace that is not trusted: an entry there would do nothing. */
async function tellOfTrust(): Promise<void> {
  const message = "In Restricted Mode the workspace's settings allow nothing. Trust this workspace first.";
  if ((await showInformation(message, MANAGE_TRUST)) !== undefined)
    await vscode.commands.executeCommand("workbench.trust.manage");
}

/** A day as YYYY-MM-DD; null: without end; undefined: given up. */
async function askUntil(what: string): Promise<string | null | undefined> {
  const choices: readonly { readonly label: string; readonly days: number | null }[] = [
    { label: "For a week", days: 7 },
    { label: "For a month", days: 30 },
    { label: "For three months", days: 90 },
    { label: "Without end", days: null },
  ];
  const choice = await choose(`Allow ${what}: until when?`, choices);
  if (choice === undefined) return undefined;
  return choice.days === null ? null : new Date(Date.now() + choice.days * 86_400_000).toISOString().slice(0, 10);
}

async function write(request: AllowRequest, reason: string, until: string | null): Promise<void> {
  const uri = vscode.Uri.parse(request.folder);
  const folders = vscode.workspace.workspaceFolders ?? [];
  const target = folders.length > 1 ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
  const settings = vscode.workspace.getConfiguration("depwarden", uri);
  const inspected = settings.inspect<unknown[]>("allow");
  const present = (folders.length > 1 ? inspected?.workspaceFolderValue : inspected?.workspaceValue) ?? [];
  const entry = {
    package: request.package,
    versions: request.version,
    rules: [request.rule],
    reason,
    ...(until === null ? {} : { until }),
  };
  await settings.update("allow", [...(Array.isArray(present) ? present : []), entry], target);
}

function readRequest(raw: unknown): AllowRequest | null {
  if (typeof raw !== "object" || raw === null) return null;
  const { rule, package: name, version, folder } = raw as Record<string, unknown>;
  const isWhole =
    typeof rule === "string" && typeof name === "string" && typeof version === "string" && typeof folder === "string";
  return isWhole ? { rule, package: name, version, folder } : null;
}
