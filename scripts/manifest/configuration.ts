import { SEVERITIES } from "../../server/src/core/rules/rule.ts";
import type { RuleMeta } from "../../server/src/core/rules/rule.ts";

/** The `contributes.configuration` of the extension's manifest. */
export function configuration(rules: readonly RuleMeta[]): unknown {
  return {
    title: "Depwarden",
    properties: {
      "depwarden.minimumReleaseAge": {
        type: "string",
        default: "",
        scope: "resource",
        pattern: "^\\s*$|^\\s*0\\s*$|^\\s*\\d+(\\.\\d+)?\\s*(ms|s|m|h|d|w)\\s*$",
        patternErrorMessage: "Give a length of time such as 3d, 12h or 90m.",
        markdownDescription:
          "The cooldown: releases younger than this are reported. A length of time such as `3d`, `12h` or `90m`. Empty: the project's own, as its package manager is configured, else 3 days.",
      },
      "depwarden.closeInspectionAge": {
        type: "string",
        default: "",
        scope: "resource",
        pattern: "^\\s*$|^\\s*0\\s*$|^\\s*\\d+(\\.\\d+)?\\s*(ms|s|m|h|d|w)\\s*$",
        patternErrorMessage: "Give a length of time such as 30d or 2w.",
        markdownDescription:
          "Releases younger than this are looked into closely: who published them, and what they newly depend on. Empty: 30 days.",
      },
      "depwarden.rules": {
        type: "object",
        default: {},
        scope: "resource",
        markdownDescription:
          "The severity of each rule, where it should differ from the rule's own; `off` does not run it.",
        additionalProperties: false,
        properties: Object.fromEntries(
          rules.map(({ id, says }) => [id, { enum: [...SEVERITIES, "off"], description: says }]),
        ),
      },
      "depwarden.allow": {
        type: "array",
        default: [],
        scope: "resource",
        markdownDescription:
          "Accepted findings, each with a reason. `compromised`, `removed-version` and `unchecked` are covered only where `rules` names them.",
        items: {
          type: "object",
          required: ["package", "reason"],
          additionalProperties: false,
          properties: {
            package: { type: "string", description: "The package's name." },
            versions: { type: "string", description: "A version or a semver range; without it, every version." },
            rules: {
              type: "array",
              items: { enum: rules.map(({ id }) => id) },
              description: "The rules it covers; without it, every rule that need not be named.",
            },
            reason: { type: "string", minLength: 1, description: "Why it is accepted." },
            until: { type: "string", format: "date", description: "The last day that it holds, as YYYY-MM-DD." },
          },
        },
      },
      "depwarden.registry": {
        type: "string",
        default: "",
        scope: "resource",
        markdownDescription:
          "The registry to ask instead of the one that is configured. Scoped registries keep theirs.",
      },
      "depwarden.osv.enabled": {
        type: "boolean",
        default: true,
        scope: "resource",
        markdownDescription:
          "Ask [OSV](https://osv.dev) for malware advisories. The names and versions of public packages are sent to it.",
      },
      "depwarden.osv.url": {
        type: "string",
        default: "https://api.osv.dev",
        scope: "resource",
        markdownDescription: "The address of the OSV service.",
      },
      "depwarden.offline": {
        type: "boolean",
        default: false,
        scope: "resource",
        markdownDescription: "Send nothing: use only the bundled catalogue and cached data.",
      },
      "depwarden.pinStyle": {
        type: "string",
        enum: ["exact", "keep-operator"],
        enumDescriptions: ["Write the version alone: 1.14.0", "Keep a leading ^, ~ or >=: ^1.14.0"],
        default: "exact",
        scope: "resource",
        markdownDescription: "How a quick fix writes a version.",
      },
      "depwarden.exclude": {
        type: "array",
        items: { type: "string" },
        default: [],
        scope: "resource",
        markdownDescription:
          "Globs of files and folders that a scan of the workspace leaves out, from the workspace folder. `node_modules` and `.git` always are.",
      },
      "depwarden.trace.server": {
        type: "string",
        enum: ["off", "messages", "verbose"],
        enumDescriptions: [
          "Write no messages.",
          "Write the name and the time of each message, and for each check: the project, its lockfile and cooldown, how much was found.",
          "Write the whole messages, which hold the texts of files, and for each release of a check who was asked and what the rules made of it.",
        ],
        default: "off",
        scope: "window",
        markdownDescription:
          "Writes the messages between VS Code and the language server to Depwarden's log (**Depwarden: Show Log**), to find errors, and to see why nothing is reported of a package.",
      },
    },
  };
}
