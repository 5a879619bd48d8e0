/** Globs out of files that anybody may have written. */
import picomatch from "picomatch/posix";

const LONGEST = 200;
/** What a regular expression made of a glob may have to try grows with the length of the text to the power of its stars. */
const MOST_STARS = 4;
const MOST_IN_SEGMENT = 2;
const MOST_BRACES = 4;

/**
 * picomatch for a glob that it can match in bounded time; null for one that it could not, and for groups such as
 * `+(a|b)`. Globs that people write for names and folders stay far below the bounds.
 */
export function boundedGlob(
  glob: string,
  options: picomatch.PicomatchOptions = {},
): ((text: string) => boolean) | null {
  const isBounded =
    // picomatch throws at nothing.
    glob !== "" &&
    glob.length <= LONGEST &&
    starsIn(glob) <= MOST_STARS &&
    glob.split("/").every((segment) => starsIn(segment) <= MOST_IN_SEGMENT) &&
    glob.split("{").length - 1 <= MOST_BRACES &&
    !/[()]/.test(glob);
  return isBounded ? picomatch(glob, { noext: true, ...options }) : null;
}

/** Whether a glob matches the one name that it is written as, as most entries of lists do. */
export function isPlainName(glob: string): boolean {
  return /^(@[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(glob);
}

function starsIn(glob: string): number {
  return (glob.match(/\*+/g) ?? []).length;
}
