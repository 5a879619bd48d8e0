/** How the time of the processor grows with what is worked on. */

/** Makes what is done for a size; only what it gives is measured. */
export type Work = (size: number) => () => unknown;

const FACTOR = 8;
/** Eight times the text is 8 times the work where it is in proportion, and 64 times where it is by the square. */
export const MOST_GROWTH = 24;
/**
 * What is measured on a busy machine, as multiples of the size. What no longer fits a cache of the processor costs
 * several times as much from there on, which looks like the square between two sizes, and not between larger ones. A
 * growth by the square stays one at all of them.
 */
const TRIES = [1, 1, 2, 2, 4, 4, 8, 8];
/** What takes less has no measurable growth, ms. */
const MEASURABLE = 1;
/** What takes longer no longer owes it to a cache, ms. */
const SLOW = 3_000;

/** How many times longer eight times the size takes: the least of a few tries. */
export async function growthOf(size: number, work: Work): Promise<number> {
  let growth = Infinity;
  let first = Infinity;
  for (const times of TRIES) {
    const [small, large] = [work(size * times), work(size * times * FACTOR)];
    const most = await best(large);
    first = Math.min(first, most);
    // Of a text beyond a bound less is read, and then it tells nothing.
    if (times > 1 && most < first * Math.sqrt(times)) break;
    growth = Math.min(growth, most / Math.max(MEASURABLE, await best(small)));
    if (growth < MOST_GROWTH || most > SLOW) break;
  }
  return growth;
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
