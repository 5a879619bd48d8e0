/** Figures by number of packages as an SVG: panels beside each other, both axes logarithmic, so that a straight line is a power. */

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Point {
  /** Packages. */
  readonly x: number;
  readonly y: number;
}

const WIDTH = 340;
const HEIGHT = 320;
const ROOM = 1.5;
const MARGIN = { left: 56, right: 24, top: 40, bottom: 76 };
/** Readable for those who do not see colours apart, on white. */
const COLOURS = ["#0057b8", "#c04a00"];
const DASHES = ["", "6 4"];

export function plotOf(panels: readonly Panel[]): string {
  const width = WIDTH * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>`,
    ...panels.map((panel, index) => panelOf(panel, index * WIDTH)),
    "</svg>\n",
  ].join("\n");
}

/** A value as a place in pixels. */
type Scale = (value: number) => number;

function panelOf({ title, lines }: Panel, left: number): string {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const x = scaleOf(xs, MARGIN.left, WIDTH - MARGIN.right);
  const y = scaleOf(ys, HEIGHT - MARGIN.bottom, MARGIN.top);
  const bottom = HEIGHT - MARGIN.bottom;
  return [
    `<g transform="translate(${left} 0)">`,
    `<text x="${MARGIN.left}" y="22" font-size="14" font-weight="bold">${title}</text>`,
    ...[...new Set(xs)].map(
      (tick) =>
        `<path d="M${round(x(tick))} ${MARGIN.top}V${bottom}" stroke="#ddd"/><text x="${round(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tick.toLocaleString("en")}</text>`,
    ),
    ...ticksOf(ys).map(
      (tick) =>
        `<path d="M${MARGIN.left} ${round(y(tick))}H${WIDTH - MARGIN.right}" stroke="#ddd"/><text x="${MARGIN.left - 6}" y="${round(y(tick)) + 4}" text-anchor="end">${tick.toLocaleString("en")}</text>`,
    ),
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${bottom + 32}" text-anchor="middle">packages</text>`,
    ...lines.map((line, index) => lineOf(line, index, x, y)),
    "</g>",
  ].join("\n");
}

function lineOf({ name, points }: Line, index: number, x: Scale, y: Scale): string {
  const colour = COLOURS[index % COLOURS.length] ?? "";
  const stroke = `stroke="${colour}" stroke-width="2" stroke-dasharray="${DASHES[index % DASHES.length] ?? ""}"`;
  const places = points.map((point) => `${round(x(point.x))} ${round(y(point.y))}`);
  const legend = HEIGHT - 26 + index * 16;
  return [
    `<path d="M${places.join("L")}" fill="none" ${stroke}/>`,
    ...points.map((point) => `<circle cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="3" fill="${colour}"/>`),
    // One line's figures stand above its points, the other's below.
    ...points.map(
      (point) =>
        `<text x="${round(x(point.x))}" y="${round(y(point.y)) + (index === 0 ? 16 : -8)}" text-anchor="middle" fill="${colour}">${shown(point.y)}</text>`,
    ),
    `<path d="M${MARGIN.left} ${legend - 4}h28" ${stroke}/><text x="${MARGIN.left + 36}" y="${legend}">${name}</text>`,
  ].join("\n");
}

/** Logarithmic, from `start` to `end` in pixels. The room at both ends is for the figures. */
function scaleOf(values: readonly number[], start: number, end: number): Scale {
  const low = Math.min(...values) / ROOM;
  const high = Math.max(...values) * ROOM;
  return (value) => start + (Math.log(value / low) / Math.log(high / low)) * (end - start);
}

/** 1, 2 and 5 of each power of ten, between the least and the greatest of the values. */
function ticksOf(values: readonly number[]): readonly number[] {
  const low = Math.min(...values) / ROOM;
  const high = Math.max(...values) * ROOM;
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    ticks.push(...[1, 2, 5].map((digit) => Number((digit * 10 ** power).toPrecision(1))));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
