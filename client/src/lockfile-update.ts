import * as vscode from "vscode";

export const OFFER_LOCKFILE_UPDATE = "depwarden.offerLockfileUpdate";

interface Offer {
  readonly folder: vscode.Uri;
  readonly manifests: readonly vscode.Uri[];
}

/** Rewrites the lockfile and nothing else: no script runs and nothing is installed. */
const ARGUMENTS = ["install", "--package-lock-only", "--ignore-scripts"];

/** After a pin: offers to bring the lockfile in line, with scripts disabled. Runs only when the person says so, in a trusted workspace. */
export function registerLockfileUpdate(): vscode.Disposable {
  return vscode.commands.registerCommand(OFFER_LOCKFILE_UPDATE, async (raw: unknown) => {
    const offer = readOffer(raw);
    if (offer === null) return;
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showInformationMessage("The lockfile still holds the old version. Trust this workspace to update it from here.");
      return;
    }
    const choice = await vscode.window.showInformationMessage("The lockfile still holds the old version. Update it now? npm saves no packages and runs no scripts.", "Update Lockfile");
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
      new vscode.ProcessExecution(process.platform === "win32" ? "npm.cmd" : "npm", ARGUMENTS, { cwd: offer.folder.fsPath }),
    );
    await vscode.tasks.executeTask(task);
  });
}

function readOffer(raw: unknown): Offer | null {
  if (typeof raw !== "object" || raw === null) return null;
  const { folder, manifests } = raw as Record<string, unknown>;
  if (typeof folder !== "string" || !Array.isArray(manifests)) return null;
  return { folder: vscode.Uri.parse(folder), manifests: manifests.filter((entry) => typeof entry === "string").map((entry) => vscode.Uri.parse(entry)) };
}
