import type { InputIncident } from "./input.ts";

const DAY = 24 * 60 * 60 * 1000;

/**
 * When an incident was public knowledge at the latest, ms since epoch: when its releases were removed, else a day
 * after the first was published. Where only a day, month or year is known, its end. An upper bound: the first
 * public report usually came hours earlier.
 */
export function knownSince({
  id,
  first_published,
  removed,
}: Pick<InputIncident, "id" | "first_published" | "removed">): number {
  const at =
    removed === null
      ? hasTime(first_published)
        ? moment(id, first_published) + DAY
        : endOf(id, first_published)
      : hasTime(removed)
        ? moment(id, removed)
        : endOf(id, removed);
  if (Number.isNaN(at)) throw new Error(`${id}: no date can be read from ${first_published} and ${removed ?? "null"}`);
  return at;
}

function hasTime(text: string): boolean {
  return text.includes("T");
}

function moment(id: string, text: string): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text)) throw new Error(`${id}: ${text} is not a moment in UTC`);
  return Date.parse(text);
}

/** The first moment after a day, month or year in UTC. */
function endOf(id: string, text: string): number {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  if (match === null) throw new Error(`${id}: ${text} is not a day, month or year`);
  const [, year, month, day] = match;
  if (month === undefined) return Date.UTC(Number(year) + 1, 0, 1);
  if (day === undefined) return Date.UTC(Number(year), Number(month), 1);
  return Date.UTC(Number(year), Number(month) - 1, Number(day) + 1);
}
