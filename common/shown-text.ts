/** Text from files, registries and people, made fit to be shown: for the server, the command line and the extension. */

/**
 * Control characters, those that reorder text or are not shown at all (bidi controls, zero-width characters, variation
 * selectors, tags, fillers), line separators, and halves of surrogate pairs:
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/** One line of any length: each run of unseen characters, line ends among them, becomes a space. */
export function printable(text: string): string {
  return text.replace(UNSEEN, " ");
}

/** The same for a text of several lines, whose line ends stay, as `\n`. */
export function printableLines(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map(printable)
    .join("\n");
}

/**
 * One line of a log, in which nothing is a command to the CI system that reads along. A space takes the command apart.
 * - `::name::` where a line begins, and `##[name]` anywhere: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 *   (actions/runner, src/Runner.Common/ActionCommand.cs)
 * - `##vso[…]` and `##[…]`: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 * - `##teamcity[…]`: https://www.jetbrains.com/help/teamcity/service-messages.html
 *
 * GitLab's sections need control characters, which `printable` takes out.
 * @param line may hold colours of our own
 */
export function withoutCommands(line: string): string {
  return line.replace(MARKED_COMMAND, "## ").replace(FIRST_COMMAND, "$1: ");
}

/** What begins a command anywhere in a line, up to its name. */
export const MARKED_COMMAND = /##(?=[\w-]*\[)/g;
/** The first colon of a command that is first in its line, behind blanks and colours. */
// eslint-disable-next-line no-control-regex -- colours are made of one
const FIRST_COMMAND = /^((?:\s|\u001b\[[\d;]*m)*):(?=:)/;

/**
 * One line for a place where VS Code looks for links and icons: notifications, progress, the language status item, the
 * status bar, quick picks. A space keeps `[text](command:…)` and `$(icon)` from being either.
 * Its patterns: LINK_REGEX in src/vs/base/common/linkedText.ts (https and http addresses, files, commands) and
 * labelWithIconsRegex in src/vs/base/browser/ui/iconLabel/iconLabels.ts.
 */
export function asLabel(text: string): string {
  return printable(text).replace(/(?<=[\]$])\(/g, " (");
}
