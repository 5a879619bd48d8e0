import { parse } from "jsonc-parser";

/**
 * What a workspace's own settings may say to the command line. Hosts and offline are left to the one who runs it:
 * a folder that is only to be looked at should not choose where questions go.
 */
const TAKEN: readonly string[] = ["minimumReleaseAge", "closeInspectionAge", "rules", "allow", "pinStyle", "exclude"];

/** The `depwarden.*` entries of a `.vscode/settings.json`, as the `depwarden` section that a client would give. */
export function workspaceSettings(text: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = parse(text, [], { allowTrailingComma: true });
  const section: Record<string, unknown> = {};
  if (typeof parsed !== "object" || parsed === null) return section;
  for (const name of TAKEN) {
    const value: unknown = (parsed as Record<string, unknown>)[`depwarden.${name}`];
    if (value !== undefined) section[name] = value;
  }
  return section;
}
