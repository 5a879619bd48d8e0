/** Where a program runs. Tests give others. */
export interface Surroundings {
  /** A path. */
  readonly cwd: string;
  /** It is not changed. */
  readonly env: NodeJS.ProcessEnv;
  /** packument-worker.ts, as JavaScript. */
  readonly packumentWorker: URL;
}

/** What the process was started with. */
export function surroundings(): Surroundings {
  return {
    cwd: process.cwd(),
    env: process.env,
    packumentWorker: new URL("packument-worker.mjs", import.meta.url),
  };
}
