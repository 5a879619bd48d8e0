/** What happens as somebody edits, fixes, scans and changes settings. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as vscode from "vscode";
import type { Test } from "../runner.ts";
import { until } from "../wait.ts";
import {
  actionsAt,
  findings,
  findingsThat,
  hasRule,
  hoverAt,
  open,
  placeOf,
  replaceOnce,
  restoring,
} from "./editor.ts";

/** As in world.ts, which this side of the host cannot import: it would bring the loopback servers along. */
const FRESH = { name: "pad-lines", version: "2.1.0", established: "2.0.3" };

export const editingTests: readonly Test[] = [
  {
    name: "a dependency typed in is judged by what its range takes today: fresh, and with a new script",
    run: async () => {
      const document = await open("package.json");
      await restoring(document, async () => {
        await replaceOnce(document, '"dotenv": "^17.3.1"', `"dotenv": "^17.3.1",\n    "${FRESH.name}": "^2.0.0"`);
        const found = await findingsThat("a fresh release", "package.json", (all) => hasRule(all, "fresh-release"));
        const script = found.find((finding) => hasRule([finding], "new-install-script"));
        assert.equal(script?.severity, vscode.DiagnosticSeverity.Error);
        assert.match(
          script.message,
          /pad-lines 2\.1\.0 newly runs a postinstall script \(node collect\.js # .*\)\. Compared with 2\.0\.3\. \^2\.0\.0 takes this version today\. Safe version: 2\.0\.3\./,
        );
        const text = (await hoverAt(document, placeOf(document, `"${FRESH.name}"`, FRESH.name)))
          .map(({ value }) => value)
          .join("\n");
        assert.match(text, /^postinstall: node collect\.js # \[see here\]/m);
        assert.match(text, /by somebody \\\[new\\\]\\\(command\\:x\\\) www\\\.evil/);
      });
    },
  },
  {
    name: "the quick fix pins axios; its finding goes, and the lockfile's stays",
    run: async () => {
      const document = await open("package.json");
      await restoring(document, async () => {
        const found = await findingsThat("a compromised axios", "package.json", (all) => hasRule(all, "compromised"));
        const finding = found.find((one) => hasRule([one], "compromised"));
        assert.ok(finding !== undefined);
        const actions = await actionsAt(document, finding.range, vscode.CodeActionKind.QuickFix);
        const pin = actions.find(({ title }) => title === "Pin axios to 1.14.0");
        assert.ok(pin?.edit !== undefined && pin.isPreferred === true);
        assert.ok(await vscode.workspace.applyEdit(pin.edit));
        assert.match(document.getText(), /"axios": "1\.14\.0"/);
        await findingsThat("no finding of axios", "package.json", (all) => !hasRule(all, "compromised"));
        await findingsThat("axios in the lockfile", "package-lock.json", (all) => hasRule(all, "compromised"));
      });
    },
  },
  {
    name: "source.fixAll.depwarden pins on save",
    run: async () => {
      const document = await open("package.json");
      const editor = vscode.workspace.getConfiguration("editor");
      await restoring(document, async () => {
        await findingsThat("a compromised axios", "package.json", (all) => hasRule(all, "compromised"));
        await editor.update(
          "codeActionsOnSave",
          { "source.fixAll.depwarden": "explicit" },
          vscode.ConfigurationTarget.Global,
        );
        try {
          await replaceOnce(document, '"version": "0.3.0"', '"version": "0.3.1"');
          await vscode.window.showTextDocument(document);
          await document.save();
          assert.match(document.getText(), /"axios": "1\.14\.0"/);
        } finally {
          await editor.update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Global);
        }
      });
    },
  },
  {
    name: "a rule that is switched off says nothing, at once",
    run: async () => {
      await open("package.json");
      await findingsThat("a compromised axios", "package.json", (all) => hasRule(all, "compromised"));
      const settings = vscode.workspace.getConfiguration("depwarden");
      await settings.update("rules", { compromised: "off" }, vscode.ConfigurationTarget.Global);
      try {
        await findingsThat("silence", "package.json", (all) => !hasRule(all, "compromised"));
      } finally {
        await settings.update("rules", undefined, vscode.ConfigurationTarget.Global);
      }
      await findingsThat("the finding again", "package.json", (all) => hasRule(all, "compromised"));
    },
  },
  {
    name: "Scan Workspace returns the scan's JSON",
    run: async () => {
      const result = await vscode.commands.executeCommand<{
        schemaVersion: number;
        files: { path: string }[];
        findings: { rule: string; package: string; file: string }[];
      }>("depwarden.scanWorkspace");
      assert.equal(result.schemaVersion, 1);
      assert.deepEqual(result.files.map(({ path }) => path).sort(), ["package-lock.json", "package.json"]);
      assert.ok(
        result.findings.some(
          (finding) =>
            finding.rule === "compromised" &&
            finding.package === "plain-crypto-js" &&
            finding.file === "package-lock.json",
        ),
      );
    },
  },
  {
    name: "Clear Cache and Restart Server end with the findings where they were",
    run: async () => {
      await open("package.json");
      await vscode.commands.executeCommand("depwarden.clearCache");
      await findingsThat("findings after clearing", "package.json", (all) => hasRule(all, "compromised"));
      // By event: a fast server could bring the new findings between two looks.
      let areGone = false;
      const changes = vscode.languages.onDidChangeDiagnostics(
        () => (areGone ||= findings("package.json").length === 0),
      );
      try {
        await vscode.commands.executeCommand("depwarden.restartServer");
        await until("the old findings to go", () => Promise.resolve(areGone));
      } finally {
        changes.dispose();
      }
      await findingsThat("findings after a restart", "package.json", (all) => hasRule(all, "compromised"));
    },
  },
  {
    name: "a server that is killed is started again, and its findings come back",
    run: async () => {
      const document = await open("package.json");
      await findingsThat("findings before", "package.json", (all) => hasRule(all, "compromised"));
      const killed = serverPid();
      process.kill(killed, "SIGKILL");
      await until("another server", () => Promise.resolve(serverPids().some((pid) => pid !== killed)));
      await restoring(document, async () => {
        await replaceOnce(document, '"dotenv": "^17.3.1"', `"dotenv": "^17.3.1",\n    "${FRESH.name}": "^2.0.0"`);
        await findingsThat("findings of the new server", "package.json", (all) =>
          ["fresh-release", "compromised"].every((rule) => hasRule(all, rule)),
        );
      });
    },
  },
];

/** Processes of the language server that this extension host has started. */
function serverPids(): readonly number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter(isServer).map(Number);
}

function isServer(pid: string): boolean {
  try {
    // The parent is the second field behind the program's name, which may hold anything.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dist/server.js");
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

function serverPid(): number {
  const [pid, ...others] = serverPids();
  if (pid === undefined || others.length > 0) throw new Error(`not one server: ${JSON.stringify([pid, ...others])}`);
  return pid;
}
