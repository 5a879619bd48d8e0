/** What a `.vscode/settings.json` says to an editor, and to the command line. */
import { expect, it } from "vitest";
import { readSettings } from "../../server/src/core/settings/settings.ts";
import { editorSettings, workspaceSettings } from "../../server/src/core/settings/workspace-settings.ts";

it.each<readonly [text: string, section: unknown]>([
  ['{"depwarden.osv.url": "u", "depwarden.registry": "r", "other.x": 1}', { osv: { url: "u" }, registry: "r" }],
  ['{"depwarden": {"osv": {"url": "u"}}}', { osv: { url: "u" } }],
  ['{"depwarden.osv": {"url": "u"}, "depwarden.osv.enabled": false}', { osv: { url: "u", enabled: false } }],
  ['{"depwarden.rules.compromised": "off"}', { rules: { compromised: "off" } }],
  ['{"depwarden.osv.enabled": false, "depwarden": {"offline": true}}', { offline: true }],
  ['{"depwarden.allow": [], "depwarden.allow.0": {"package": "p"}}', { allow: [{ package: "p" }] }],
  ['{"depwarden.allow": [], "depwarden.allow.length": 4294967295}', { allow: [] }],
  ['{"depwarden.osv": null, "depwarden.osv.url": "u", "depwarden.offline": true}', { osv: null, offline: true }],
  ['{"depwarden": "x", "depwarden.offline": true}', "x"],
  ['{"depwardens": {"offline": true}}', undefined],
  ["[1]", undefined],
  ["", undefined],
])("VS Code's way of reading %s", (text, section) => {
  expect(editorSettings(text)).toEqual(section);
});

it("changes no object that others share", () => {
  const paths = ["depwarden.__proto__.polluted", "depwarden.constructor.prototype.polluted", "depwarden.__proto__"];
  for (const path of paths) editorSettings(JSON.stringify({ depwarden: {}, [path]: { polluted: 1 } }));
  expect("polluted" in {}).toBe(false);
});

it("takes time by the length of keys", () => {
  const deep = { [`depwarden.rules${".a".repeat(500_000)}`]: 1, "depwarden.offline": true };
  expect(readSettings(editorSettings(JSON.stringify(deep))).settings.offline).toBe(true);
});

it("the command line takes no host, and no setting that is not written in one piece", () => {
  const { settings, problems } = readSettings(
    workspaceSettings(
      '{"depwarden.registry": "https://r.example", "depwarden.osv.url": "https://o.example", "depwarden": {"offline": true}}',
    ),
  );
  expect([settings.registry, settings.osv.url, settings.offline, problems]).toEqual([
    null,
    "https://api.osv.dev",
    false,
    [],
  ]);
});
