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
 * One line for a place where VS Code looks for links and icons: notifications, progress, the language status item, the
 * status bar, quick picks. A space keeps `[text](command:…)` and `$(icon)` from being either.
 * Its patterns: LINK_REGEX in src/vs/base/common/linkedText.ts (https and http addresses, files, commands) and
 * labelWithIconsRegex in src/vs/base/browser/ui/iconLabel/iconLabels.ts.
 */
export function asLabel(text: string): string {
  return printable(text).replace(/(?<=[\]$])\(/g, " (");
}
