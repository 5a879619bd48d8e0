/** Waiting for what a page shows. */

/** A wait that takes longer has failed. */
const deadline = 60_000;

export interface Wait {
  /** ms. */
  readonly time?: number;
  /** What was seen last, for the message when it does not come. */
  readonly saw?: () => string;
}

/** Asks until the answer is not undefined or false. Throws with `what` and with what was seen when it does not come in time. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  { time = deadline, saw }: Wait = {},
): Promise<T> {
  const end = Date.now() + time;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) {
      const seen = saw === undefined ? "" : ` Seen last: ${saw()}`;
      throw new Error(`Waited ${time / 1000} s in vain for ${what}.${seen}`);
    }
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
