/** Waiting for what a page shows. */

/** A wait that takes longer has failed. */
const deadline = 60_000;

/** Asks until the answer is not undefined or false. `what` names it when it does not come in time (milliseconds). */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, time = deadline): Promise<T> {
  const end = Date.now() + time;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited ${time / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Text as written: the editor shows spaces as no-break spaces and marks places with zero-width ones. */
export function text(shown: string): string {
  return shown
    .replace(/\u00a0/g, " ")
    .replace(/[\u200b-\u200d\ufeff]/g, "")
    .trimEnd();
}
