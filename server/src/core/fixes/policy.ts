/** From what is weak in a project's policy, as its files stand now, to the setting that mends it. */
import { settingText, weaknessesOf } from "../policy/weak/index.ts";
import type { Mend, Weakness } from "../policy/weak/index.ts";
import { ownPolicy } from "./policy-texts.ts";
import type { PolicyFix, PolicyTexts } from "./policy-texts.ts";
import { setSetting } from "./setting.ts";
import { configOf, managerIn } from "./texts.ts";
import type { ProjectTexts } from "./texts.ts";

export interface PolicyFixInput extends PolicyTexts {
  /** Where the finding is: the file's URI and the offset in its current text. */
  readonly at: { readonly uri: string; readonly offset: number };
  /** ms since epoch. */
  readonly now: number;
}

/** The fix of the weakness at a place; null where there is none any more, or none that could be written. */
export function policyFix({ texts, lockfiles, personal, at, now }: PolicyFixInput): PolicyFix | null {
  const found = weaknessesOf({ manager: managerIn(texts), files: [...ownPolicy(texts), ...personal], lockfiles }, now);
  const mend = found.find((weakness) => isAt(weakness, at, texts))?.mend ?? null;
  const config = mend === null ? null : configOf(texts, mend.kind);
  if (mend === null || config === null) return null;
  const edits = setSetting(config.text ?? "", mend);
  return edits === null ? null : { title: titleOf(mend), edits: edits.map((edit) => ({ ...edit, uri: config.uri })) };
}

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
