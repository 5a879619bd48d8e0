import type { SourceIncident } from "./sources.ts";

const DAY = 24 * 60 * 60 * 1000;

/**
 * When an incident was public knowledge at the latest, ms since epoch: when its releases were removed, else a day
 * after the first was published. Where only a day, month or year is known, its end. An upper bound: the first
 * public report usually came hours earlier.
 */
export function knownSince({ firstPublished, removed }: Pick<SourceIncident, "firstPublished" | "removed">): number {
  if (removed !== null) return hasTime(removed) ? moment(removed) : endOf(removed);
  return hasTime(firstPublished) ? moment(firstPublished) + DAY : endOf(firstPublished);
}

function hasTime(text: string): boolean {
  return text.includes("T");
}

function moment(text: string): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text)) throw new Error(`${text} is not a moment in UTC`);
  return valid(text, Date.parse(text));
}

/** The first moment after a day, month or year in UTC. */
function endOf(text: string): number {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  if (match === null || Number.isNaN(Date.parse(text))) throw new Error(`${text} is not a day, month or year`);
  const [, year, month, day] = match;
  if (month === undefined) return Date.UTC(Number(year) + 1, 0, 1);
  if (day === undefined) return Date.UTC(Number(year), Number(month), 1);
  return Date.UTC(Number(year), Number(month) - 1, Number(day) + 1);
}

function valid(text: string, at: number): number {
  if (Number.isNaN(at)) throw new Error(`${text} is no date`);
  return at;
}
