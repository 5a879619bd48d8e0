/** What the server sends as `depwarden/status`, and what the status item makes of it. */

export interface StatusParams {
  /** What is being checked; null when nothing is. */
  readonly checking: string | null;
  /** When facts last came from the network, ISO 8601; null: not in this run. */
  readonly lastFresh: string | null;
  /** One sentence for each thing that could not be checked. */
  readonly unchecked: readonly string[];
  /** One clause for each thing that a settings file of the workspace turns off. */
  readonly suppressed: readonly string[];
}

export interface StatusText {
  readonly text: string;
  readonly detail: string;
  readonly isWarning: boolean;
}

/** What settings turn off is shown also while something is checked: it is not seen in any other way. */
export function statusText({ checking, lastFresh, unchecked, suppressed }: StatusParams): StatusText {
  const what = [
    unchecked.length > 0 ? "some checks failed" : null,
    suppressed.length > 0 ? "settings suppress findings" : null,
  ].filter((part) => part !== null);
  const fresh = lastFresh === null ? "Nothing sent yet" : `Facts from ${new Date(lastFresh).toLocaleTimeString()}`;
  return {
    text: what.length === 0 ? "Depwarden" : `Depwarden: ${what.join(", ")}`,
    detail: [
      ...(checking === null ? unchecked : [`Checking ${checking}`]),
      ...suppressed,
      ...(checking === null ? [fresh] : []),
    ].join(" · "),
    isWarning: unchecked.length > 0,
  };
}
