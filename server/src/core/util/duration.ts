/** Lengths of time as people write and read them. */
import { count } from "./words.ts";

const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** Reads `3d`, `12h`, `0` … as milliseconds; null when it is not one. A bare number other than 0 has no unit, so it is not one. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === "0") return 0;
  const match = /^(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|h|d|w)$/.exec(trimmed);
  const unit = UNITS[match?.[2] ?? ""];
  return unit === undefined ? null : Number(match?.[1]) * unit;
}

const STEPS: readonly (readonly [number, string])[] = [
  [365 * DAY, "year"],
  [30 * DAY, "month"],
  [7 * DAY, "week"],
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
];

/** "40 minutes", "3 days", "2 years": rounded down, in the largest unit that there are at least two of (else one). */
export function describeDuration(ms: number): string {
  const step = STEPS.find(([size]) => ms >= 2 * size) ?? STEPS.find(([size]) => ms >= size);
  if (step === undefined) return "less than a minute";
  return count(Math.floor(ms / step[0]), step[1]);
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** "31 March 2026", in UTC. */
export function describeDay(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""} ${date.getUTCFullYear()}`;
}

/** "31 March 2026, 00:21 UTC". */
export function describeMoment(at: number): string {
  return `${describeDay(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
}
