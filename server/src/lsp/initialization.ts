/** What a client says once, when it starts the server. Read defensively: a client may say anything. */
export interface InitializationOptions {
  /** The workspace is trusted. Unless a client says so, it is not. */
  readonly trusted: boolean;
  /** Folder for the disk cache; null: the user's own cache folder. */
  readonly cacheDir: string | null;
  /** Settings, from a client that does not answer `workspace/configuration`. */
  readonly settings: unknown;
  /** Commands that the client carries out when an action names them. */
  readonly clientCommands: ReadonlySet<string>;
}

export function readInitializationOptions(raw: unknown): InitializationOptions {
  const { trusted, cacheDir, settings, clientCommands } = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  return {
    trusted: trusted === true,
    cacheDir: typeof cacheDir === "string" && cacheDir !== "" ? cacheDir : null,
    settings,
    clientCommands: new Set(Array.isArray(clientCommands) ? clientCommands.filter((entry) => typeof entry === "string") : []),
  };
}
