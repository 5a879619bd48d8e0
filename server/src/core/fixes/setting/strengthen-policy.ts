/** From what is weak in a project's policy, as its files stand now, to the setting that mends it. */
import { settingText, weaknessesOf } from "../../policy/checks/index.ts";
import type { Mend, Weakness } from "../../policy/checks/index.ts";
import type { PolicyFixer, PolicyFixInput } from "../fix.ts";
import { ownPolicy } from "../policy-texts.ts";
import { setSetting } from "./set-setting.ts";
import { configOf, managerIn } from "../project-texts.ts";
import type { ProjectTexts } from "../project-texts.ts";

/** The setting that mends the weakness at a place; none where there is no weakness any more, or it could not be written. */
export const strengthenPolicy: PolicyFixer = ({ texts, lockfiles: documents, personal, at, now }) => {
  const lockfiles = documents.map(({ model }) => model);
  const found = weaknessesOf({ manager: managerIn(texts), files: [...ownPolicy(texts), ...personal], lockfiles }, now);
  const mend = found.find((weakness) => isAt(weakness, at, texts))?.mend ?? null;
  const config = mend === null ? null : configOf(texts, mend.kind);
  if (mend === null || config === null) return [];
  const edits = setSetting(config.text ?? "", mend);
  if (edits === null) return [];
  const located = edits.map((edit) => ({ ...edit, uri: config.uri }));
  return [{ title: titleOf(mend), edits: located, package: null, isPreferred: true }];
};

function isAt({ at: weak }: Weakness, { uri, offset }: PolicyFixInput["at"], texts: ProjectTexts): boolean {
  const config = texts.configs.find((candidate) => candidate.uri === uri);
  // What is missing is told where no policy file is.
  if (weak === null) return config === undefined;
  return (config?.kind ?? "package-json") === weak.kind && weak.span.start <= offset && offset <= weak.span.end;
}

function titleOf(mend: Mend): string {
  return typeof mend.value === "boolean"
    ? `Set ${settingText(mend)}`
    : `Set a cooldown of 3 days: ${settingText(mend)}`;
}
