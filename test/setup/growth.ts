/** How the time of the processor grows with what is worked on. */

/** Makes what is done for a size; only what it gives is measured. */
export type Work = (size: number) => () => unknown;

const FACTOR = 8;
/** Eight times the text is 8 times the work where it is in proportion, and 64 times where it is by the square. */
export const MOST_GROWTH = 24;
/** Most of them on a busy machine; a growth by the square stays one however often it is measured. */
const TRIES = 8;
/** What takes less has no measurable growth, ms. */
const MEASURABLE = 1;

/** How many times longer eight times the size takes: the least of a few tries. */
export async function growthOf(size: number, work: Work): Promise<number> {
  const [small, large] = [work(size), work(size * FACTOR)];
  const growths: number[] = [];
  for (let turn = 0; turn < TRIES && !growths.some((growth) => growth < MOST_GROWTH); turn++) {
    growths.push((await best(large)) / Math.max(MEASURABLE, await best(small)));
  }
  return Math.min(...growths);
}

/** The least time of the processor that one of several runs takes, ms: what else the machine does counts little. */
async function best(run: () => unknown): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn < 3; turn++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
