/** The extension through VS Code's own interface. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Test } from "../runner.ts";

export const extensionTests: readonly Test[] = [
  {
    name: "the extension starts in a folder with a package.json, and offers its commands",
    run: async () => {
      const extension = vscode.extensions.getExtension("depwarden.depwarden");
      assert.ok(extension !== undefined);
      await extension.activate();
      const commands = await vscode.commands.getCommands(true);
      for (const { command } of (extension.packageJSON as { contributes: { commands: { command: string }[] } })
        .contributes.commands) {
        assert.ok(commands.includes(command), command);
      }
    },
  },
];
