/** Globs out of files that anybody may have written. */
import picomatch from "picomatch/posix";
import { Wildcard } from "./wildcard.ts";

const LONGEST = 200;
/** What a regular expression made of a glob may have to try grows with the length of the text to the power of its stars. */
const MOST_STARS = 4;
const MOST_IN_SEGMENT = 2;
const MOST_BRACES = 4;
/** Globs that one with braces may stand for, where they have to be matched apart. */
const MOST_ALTERNATIVES = 50;

/** No file system takes a longer name, and no registry: NAME_MAX of Linux, and as much on Windows and macOS. */
const LONGEST_SEGMENT = 255;

export type GlobMatcher = (text: string) => boolean;

/**
 * picomatch for a glob that it can match in time in proportion to the text; null for one that it could not, and for
 * groups such as `+(a|b)`. Globs that people write for names and folders stay far below the bounds. A path with a
 * segment that is longer than a file's name can be matches none.
 */
export function boundedGlob(glob: string, options: picomatch.PicomatchOptions = {}): GlobMatcher | null {
  const isBounded =
    // picomatch throws at nothing.
    glob !== "" &&
    // It ignores this one, which no path holds.
    !glob.includes("\0") &&
    glob.length <= LONGEST &&
    starsIn(glob) <= MOST_STARS &&
    glob.split("/").every((segment) => starsIn(segment) <= MOST_IN_SEGMENT) &&
    glob.split("{").length - 1 <= MOST_BRACES &&
    !/[()]/.test(glob);
  if (!isBounded) return null;
  const own = { noext: true, ...options };
  if (isLinear(glob) && options.dot !== true) return linearMatcher(glob, () => picomatch(glob, own));
  const matches = glob.split("**").length <= 2 ? picomatch(glob, own) : bySegment(glob, own);
  return matches === null ? null : (text) => !hasLongSegment(text) && matches(text);
}

/** What holding a name against a glob of `boundedGlob` takes, in nanoseconds, at most. Measured with V8 13. */
export function globCost(glob: string): (name: string) => number {
  const stars = starsIn(glob);
  if (isLinear(glob)) {
    const start = /^[^*]*/.exec(glob)?.[0] ?? "";
    return (name) => (name.startsWith(start) ? 200 + 100 * stars + 30 * name.length : 50);
  }
  // A regular expression tries two stars in one segment at each pair of places.
  if (glob.split("/").some((segment) => segment !== "**" && segment.split("*").length > 2))
    return ({ length }) => 100 + 10 * length + length ** 2;
  const each = glob.includes("**") ? 100 : 10;
  return ({ length }) => 100 + each * length;
}

/** Whether a glob matches the one name that it is written as, as most entries of lists do. */
export function isPlainName(glob: string): boolean {
  return /^(@[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(glob);
}

function starsIn(glob: string): number {
  return (glob.match(/\*+/g) ?? []).length;
}

function hasLongSegment(text: string): boolean {
  return text.length > LONGEST_SEGMENT && text.split("/").some(({ length }) => length > LONGEST_SEGMENT);
}

/** Plain text and single stars, as most globs for names are. `*.*` and a leading dot are special to picomatch. */
function isLinear(glob: string): boolean {
  return (
    !glob.includes("**") &&
    !glob.includes("*.*") &&
    glob.split("/").every((segment) => /^[\w@~*-][\w.@~*-]*$/.test(segment))
  );
}

/** Segment by segment. @param whole for what no path looks like */
function linearMatcher(glob: string, whole: () => GlobMatcher): GlobMatcher {
  const segments = glob.split("/").map((segment) => new Wildcard(segment));
  let compiled: GlobMatcher | null = null;
  return (text) => {
    if (hasLongSegment(text)) return false;
    const own = text.split("/");
    if (own.includes("") || /[\n\r\u2028\u2029]/.test(text)) return (compiled ??= whole())(text);
    return (
      own.length === segments.length &&
      segments.every((segment, at) => {
        const name = own[at] ?? "";
        return !name.startsWith(".") && segment.matches(name);
      })
    );
  };
}

/**
 * For several `**`, which one regular expression would try at every place of the text for each place of the others.
 * null where it cannot be taken apart. Braces around `/` or `**` are expanded first, as shells do; picomatch
 * matches less where a pattern in braces begins with `**`.
 */
function bySegment(glob: string, options: picomatch.PicomatchOptions): GlobMatcher | null {
  const isNegated = options.nonegate !== true && glob.startsWith("!");
  const plain = isNegated ? glob.slice(1) : glob;
  if (plain.startsWith("!") || /[[\]\\"]/.test(plain)) return null;
  const globs = alternativesOf(plain);
  if (globs === null) return null;
  const matchers = globs.map((each) => segmentsMatcher(each, options));
  return (text) => text !== "" && matchers.some((matches) => matches(text)) !== isNegated;
}

/** A step of a glob: one segment, or any number of them. */
interface Step {
  readonly isAny: boolean;
  readonly matches: GlobMatcher;
}

function segmentsMatcher(glob: string, options: picomatch.PicomatchOptions): GlobMatcher {
  if (glob.split("**").length <= 2) return picomatch(glob, options);
  const one = picomatch("*", options);
  const any: Step = { isAny: true, matches: (text) => text === "" || one(text) };
  const segments = glob.replace(/^\.\//, "").split("/");
  const steps = segments.map((segment): Step =>
    segment === "**"
      ? any
      : { isAny: false, matches: segment === "" ? (text) => text === "" : picomatch(segment, options) },
  );
  // To picomatch `a/**` takes in `a`, and `*/**` only what is below.
  const before = segments.findLast((segment) => segment !== "**");
  if (segments.at(-1) === "**" && before?.endsWith("*") === true) steps.push({ ...any, isAny: false });
  return (text) => leadThrough(steps, text.split("/"));
}

/** Goes through the segments once, with all the steps that may come next. */
function leadThrough(steps: readonly Step[], segments: readonly string[]): boolean {
  let next = new Set<number>();
  const add = (to: Set<number>, at: number): void => {
    to.add(at);
    for (let past = at; steps[past]?.isAny === true; past++) to.add(past + 1);
  };
  add(next, 0);
  for (const segment of segments) {
    const after = new Set<number>();
    for (const at of next) {
      const step = steps[at];
      if (step?.matches(segment) === true) add(after, step.isAny ? at : at + 1);
    }
    if (after.size === 0) return false;
    next = after;
  }
  return next.has(steps.length);
}

/** The globs that one stands for by its braces around `/` or `**`; other braces stay. null for too many. */
function alternativesOf(glob: string): readonly string[] | null {
  let done: string[] = [];
  let open = [glob];
  while (open.length > 0) {
    const further: string[] = [];
    for (const each of open) {
      const brace = spanningBrace(each);
      if (brace === null) done = [...done, each];
      else
        for (const option of brace.options) further.push(each.slice(0, brace.start) + option + each.slice(brace.end));
    }
    if (done.length + further.length > MOST_ALTERNATIVES) return null;
    open = further;
  }
  return done;
}

interface Brace {
  readonly start: number;
  readonly end: number;
  readonly options: readonly string[];
}

/** The first outermost `{a,b}` with `/` or `**` inside; null for none. */
function spanningBrace(glob: string): Brace | null {
  let depth = 0;
  let start = 0;
  let from = 0;
  let options: string[] = [];
  for (let at = 0; at < glob.length; at++) {
    const mark = glob.charAt(at);
    if (mark === "{") {
      if (depth++ === 0) [start, from, options] = [at, at + 1, []];
    } else if (mark === "," && depth === 1) {
      options.push(glob.slice(from, at));
      from = at + 1;
    } else if (mark === "}" && depth > 0 && --depth === 0) {
      options.push(glob.slice(from, at));
      const inside = glob.slice(start, at);
      if (options.length > 1 && (inside.includes("/") || inside.includes("**"))) return { start, end: at + 1, options };
    }
  }
  return null;
}
