/** The editor's own settings for requests: `http.proxy`, `http.noProxy`, `http.proxyStrictSSL`. */
export interface EditorHttp {
  /** An address, perhaps with a login inside: never to be shown or logged. */
  readonly proxy: string;
  readonly noProxy: readonly string[];
  readonly strictSSL: boolean;
}

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
  /** The editor's proxy, as far as the user chose it; null: none. */
  readonly http: EditorHttp | null;
  /** The projects in the folders themselves are checked without a document being open. */
  readonly checksFolders: boolean;
}

export function readInitializationOptions(raw: unknown): InitializationOptions {
  const { trusted, cacheDir, settings, clientCommands, http, checksFolders } = (
    typeof raw === "object" && raw !== null ? raw : {}
  ) as Record<string, unknown>;
  return {
    trusted: trusted === true,
    cacheDir: typeof cacheDir === "string" && cacheDir !== "" ? cacheDir : null,
    settings,
    clientCommands: new Set(strings(clientCommands)),
    http: readHttp(http),
    checksFolders: checksFolders === true,
  };
}

function readHttp(raw: unknown): EditorHttp | null {
  const { proxy, noProxy, strictSSL } = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  return typeof proxy === "string" && proxy !== ""
    ? { proxy, noProxy: strings(noProxy), strictSSL: strictSSL !== false }
    : null;
}

function strings(raw: unknown): readonly string[] {
  return Array.isArray(raw) ? raw.filter((entry) => typeof entry === "string") : [];
}
