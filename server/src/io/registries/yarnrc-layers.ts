/**
 * What several `.yarnrc.yml` say at one place: maps are put together key by key, of all else the nearest holds, unless
 * `onConflict` (beside the keys of a map, or beside a `value`) says otherwise.
 * packages/yarnpkg-core/sources/configUtils.ts (`resolveRcFiles`)
 */
import type { ConfigMap, ConfigValue } from "../../core/documents/config/tree.ts";

export class Layers {
  /** Worked out once for each key: thousands of settings may be below one. */
  readonly #below = new Map<string, Layers>();
  #keys: ReadonlySet<string> | null = null;

  /**
   * @param values by file, the nearest first; null where it says nothing
   * @param holding indices of those that hold: several only where they are put together
   * @param reach how many, from the nearest, may hold further down
   */
  private constructor(
    readonly values: readonly (ConfigValue | null)[],
    readonly holding: readonly number[],
    private readonly reach: number,
  ) {}

  static of(files: readonly ConfigMap[]): Layers {
    return new Layers(files, [...files.keys()], files.length);
  }

  /** Of the maps that hold, the nearest first. */
  get keys(): ReadonlySet<string> {
    this.#keys ??= new Set(this.holding.flatMap((at) => [...entriesOf(this.values[at]).keys()]));
    return this.#keys;
  }

  /**
   * - `reset`: what lies further away does not count.
   * - `hardReset`: nor does this value itself.
   * - `extend`: what lies further away counts again, where a map around this one was reset.
   * - Any other text is none of these.
   */
  below(key: string): Layers {
    const known = this.#below.get(key);
    if (known !== undefined) return known;
    const found = this.#found(key);
    this.#below.set(key, found);
    return found;
  }

  #found(key: string): Layers {
    const written = this.values.map((value) => marked(entriesOf(value).get(key)?.value ?? null));
    const values = written.map(({ value }) => value);
    const holding: number[] = [];
    if (!this.keys.has(key)) return new Layers(values, holding, 0);
    let { reach } = this;
    let kind: ConfigValue["kind"] | null = null;
    for (const [at, { onConflict, value }] of written.entries()) {
      if (at >= reach) break;
      if (value === null) continue;
      const isCut = onConflict === "hardReset" || value.kind !== (kind ?? value.kind);
      if (isCut) return new Layers(values, holding, (holding.at(-1) ?? -1) + 1);
      ({ kind } = value);
      holding.push(at);
      if (kind === "scalar") break;
      if (onConflict === "reset") return new Layers(values, holding, at + 1);
      if (onConflict === "extend" && at === reach - 1) reach = values.length;
    }
    return new Layers(values, holding, values.length);
  }
}

function entriesOf(value: ConfigValue | null | undefined): ConfigMap["entries"] {
  return value?.kind === "map" ? value.entries : new Map();
}

function marked(value: ConfigValue | null): { readonly onConflict: string | null; readonly value: ConfigValue | null } {
  const marker = entriesOf(value).get("onConflict")?.value;
  if (value?.kind !== "map" || marker?.kind !== "scalar") return { onConflict: null, value };
  const inside = value.entries.get("value")?.value;
  const beside: ConfigMap = { ...value, entries: new Map([...value.entries].filter(([key]) => key !== "onConflict")) };
  return { onConflict: marker.text, value: inside ?? beside };
}
