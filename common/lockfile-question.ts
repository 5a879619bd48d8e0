/** What a person reads who is asked whether a lockfile is to be updated: in VS Code from the extension, elsewhere from the server. */

/** @param lockfile its name */
export function stillLocksOld(lockfile: string): string {
  return `${lockfile} still locks the old version.`;
}

/** The question, and the button that says yes. @param runs code that the project chooses and that runs, one phrase each */
export function updateQuestion(runs: readonly string[]): readonly [question: string, button: string] {
  if (runs.length === 0) return ["Update it now? Nothing is installed, and no script runs.", "Update Lockfile"];
  return [`Updating it runs code that the project chooses: ${runs.join("; ")}.`, "Run and Update"];
}
