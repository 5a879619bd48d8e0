/** Samples as medians with their spread, in one table. */

export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly samples: readonly number[];
  /** What the project promises, in words; empty where it promises nothing. */
  readonly target: string;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function tableOf(rows: readonly Row[]): string {
  const head = ["", "median", "min–max", "runs", "target"];
  const cells = rows.map(({ what, unit, samples, target }) => [
    what,
    `${shown(median(samples))} ${unit}`,
    `${shown(Math.min(...samples))}–${shown(Math.max(...samples))}`,
    String(samples.length),
    target,
  ]);
  const widths = head.map((title, column) => Math.max(...[head, ...cells].map((row) => (row[column] ?? title).length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...cells.map(line)].join("\n");
}

function shown(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
