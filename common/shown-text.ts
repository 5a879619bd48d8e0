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
 * status bar, quick picks. A space keeps `[text](command:…)` and `$(icon)` from being either, and `<command:…>` and HTML
 * from being active where somebody shows the line as Markdown all the same.
 * Its patterns: LINK_REGEX in src/vs/base/common/linkedText.ts (https and http addresses, files, commands) and
 * labelWithIconsRegex in src/vs/base/browser/ui/iconLabel/iconLabels.ts.
 */
export function asLabel(text: string): string {
  return printable(text)
    .replace(/(?<=[\]$])\(/g, " (")
    .replace(/<(?=[a-z/!?])/gi, "< ");
}

/**
 * A label for a place that VS Code may also show as trusted Markdown: the language status item, which has a tooltip once
 * it is pinned. Nothing in it is Markdown: neither CommonMark (https://spec.commonmark.org/0.31.2/) nor GitHub's
 * (https://github.github.com/gfm/). Escapes would be seen where the same text is shown as it is, so a character that acts
 * gives way to one that looks like it, and a space or a dot in the middle takes apart what acts as a whole.
 */
export function asStatus(text: string): string {
  const inert = INERT.reduce((done, [active, apart]) => done.replace(active, apart), asLabel(text).trim());
  return BLOCK.test(inert) ? `· ${inert}` : inert;
}

/** Each active form inside a line, and its replacement. They are applied in this order. */
const INERT: readonly (readonly [active: RegExp, apart: string])[] = [
  // Emphasis, and text that is struck out. Underscores inside of a word are none.
  [/\*/g, "\u2217"],
  [/~/g, "\u223c"],
  [/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\u02cd"],
  // Code.
  [/`/g, "\u02cb"],
  // Escapes, and characters by their names or numbers.
  [/\\(?=[!-/:-@[-`{-~])/g, "\u2216"],
  [/&(?=#?[a-z\d]+;)/gi, "& "],
  // Addresses of other places in the text.
  [/(?<=\]):/g, " :"],
  // Addresses without any marks: of the web, and of mail, as which name@1.0.0 counts too.
  [/:(?=\/\/)/g, "\u2236"],
  [/(?<=www)\./gi, "\u2024"],
  [/(?<=@[\w-]+)\./g, "\u2024"],
  [/(?<=mailto|xmpp):/gi, "\u2236"],
];

/** What makes a line a heading, a quotation, an item of a list or a rule. */
const BLOCK = /^(?:#{1,6}(?:\s|$)|>|[-+](?:\s|$)|\d{1,9}[.)](?:\s|$)|-[ -]*$)/;
