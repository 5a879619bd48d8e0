/** What an opened sample shows: findings at their places, and hovers. */
import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { Test } from "../runner.ts";
import { described, findingsThat, hasRule, hoverAt, open, placeOf } from "./editor.ts";

const isCompromised = (found: readonly vscode.Diagnostic[]): boolean => hasRule(found, "compromised");

/** On a busy machine findings come before their safe versions do. */
const isWhole = (found: readonly vscode.Diagnostic[]): boolean =>
  isCompromised(found) && found.every(({ message }) => !message.includes("is being looked for"));

export const findingTests: readonly Test[] = [
  {
    name: "package.json names axios 1.14.1 as compromised, at what is asked for",
    run: async () => {
      await open("package.json");
      const found = await findingsThat("a compromised axios", "package.json", isWhole);
      const [axios] = found.filter((finding) => hasRule([finding], "compromised"));
      assert.ok(axios !== undefined);
      assert.equal(
        described(axios),
        "13:15-22 Error compromised axios 1.14.1 is compromised: it is named as malware by MAL-2026-2307. Safe version: 1.14.0.",
      );
      assert.ok(axios.relatedInformation?.some(({ location }) => location.uri.path.endsWith("/package-lock.json")));
      assert.ok(typeof axios.code === "object" && axios.code.target.toString().endsWith("/docs/rules/compromised.md"));
    },
  },
  {
    name: "the lockfile, though not open, names both versions at their exact places",
    run: async () => {
      await open("package.json");
      const found = await findingsThat(
        "both in the lockfile",
        "package-lock.json",
        (all) => isWhole(all) && all.filter((finding) => hasRule([finding], "compromised")).length === 2,
      );
      const compromised = found.filter((finding) => hasRule([finding], "compromised")).map(described);
      assert.match(compromised[0] ?? "", /^56:19-25 Error compromised axios 1\.14\.1 /);
      assert.match(
        compromised[1] ?? "",
        /^353:19-24 Error compromised plain-crypto-js 4\.2\.1 .* No safe version is known\. Pin or replace axios, which brings it in\.$/,
      );
    },
  },
  {
    name: "a hover on a transitive package says what brings it in, and its text is not trusted",
    run: async () => {
      const document = await open("package-lock.json");
      await findingsThat("findings of the lockfile", "package-lock.json", isCompromised);
      const hovers = await hoverAt(document, placeOf(document, '"node_modules/plain-crypto-js"', "plain-crypto-js"));
      const text = hovers.map(({ value }) => value).join("\n");
      assert.match(text, /invoice\\-mailer › axios › plain\\-crypto\\-js/);
      assert.match(text, /\[MAL\\-2026\\-2306\]\(https:\/\/osv\.dev\/vulnerability\/MAL-2026-2306\)/);
      for (const { isTrusted, supportHtml } of hovers) assert.ok(isTrusted !== true && supportHtml !== true);
    },
  },
];
