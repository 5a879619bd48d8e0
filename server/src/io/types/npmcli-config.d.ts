/** What is used of @npmcli/config 10, which ships no types. Source: its README and lib/index.js. */
declare module "@npmcli/config" {
  export interface Definition {
    readonly default: unknown;
    readonly type: unknown;
    readonly flatten?: (key: string, layer: Record<string, unknown>, flat: Record<string, unknown>) => void;
  }
  namespace Config {
    interface Layer {
      readonly data: Readonly<Record<string, unknown>>;
      readonly source: string | null;
      readonly loadError?: NodeJS.ErrnoException | null;
    }
    interface Options {
      readonly definitions: Readonly<Record<string, Definition>>;
      readonly shorthands: Readonly<Record<string, readonly string[]>>;
      readonly flatten: (layer: Record<string, unknown>, flat: Record<string, unknown>) => void;
      readonly nerfDarts: readonly string[];
      readonly npmPath: string;
      readonly env: NodeJS.ProcessEnv;
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly warn: boolean;
    }
  }
  class Config {
    constructor(options: Config.Options);
    readonly data: ReadonlyMap<string, Config.Layer & { source: string | null }>;
    localPrefix: string | null;
    /** Settings of all layers, the strongest first; each one inherits from those that are weaker. */
    readonly list: readonly Readonly<Record<string, unknown>>[];
    load(): Promise<void>;
    loadProjectConfig(): Promise<void>;
    loadUserConfig(): Promise<void>;
    loadGlobalConfig(): Promise<void>;
  }
  export default Config;
}

declare module "@npmcli/config/lib/definitions/index.js" {
  import type { Definition } from "@npmcli/config";
  const library: {
    readonly definitions: Readonly<Record<string, Definition>>;
    readonly shorthands: Readonly<Record<string, readonly string[]>>;
    readonly nerfDarts: readonly string[];
  };
  export default library;
}
