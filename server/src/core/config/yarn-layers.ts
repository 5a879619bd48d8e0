/**
 * What several `.yarnrc.yml` say at one place: maps are put together key by key, of all else the nearest holds, unless
 * `onConflict` (beside the keys of a map, or beside a `value`) says otherwise.
 * packages/yarnpkg-core/sources/configUtils.ts (`resolveRcFiles`)
 */
import { scalarAt, type ConfigMap, type ConfigValue } from "../documents/config/tree.ts";

export class YarnLayers {
  /** Worked out once for each key: thousands of settings may be below one. */
  readonly #below = new Map<string, YarnLayers>();
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

  static of(files: readonly ConfigMap[]): YarnLayers {
    return new YarnLayers(files, [...files.keys()], files.length);
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
  below(key: string): YarnLayers {
    const known = this.#below.get(key);
    if (known !== undefined) return known;
    const found = this.#found(key);
    this.#below.set(key, found);
    return found;
  }

  #found(key: string): YarnLayers {
    const written = this.values.map((map) => {
      const value = entriesOf(map).get(key)?.value;
      return value === undefined ? { value: null, onConflict: null } : unwrapped(value);
    });
    const values = written.map(({ value }) => value);
    const holding: number[] = [];
    if (!this.keys.has(key)) return new YarnLayers(values, holding, 0);
    let { reach } = this;
    let kind: ConfigValue["kind"] | null = null;
    for (const [at, { onConflict, value }] of written.entries()) {
      if (at >= reach) break;
      if (value === null) continue;
      const isCut = onConflict === "hardReset" || value.kind !== (kind ?? value.kind);
      if (isCut) return new YarnLayers(values, holding, (holding.at(-1) ?? -1) + 1);
      ({ kind } = value);
      holding.push(at);
      if (kind === "scalar") break;
      if (onConflict === "reset") return new YarnLayers(values, holding, at + 1);
      if (onConflict === "extend" && at === reach - 1) reach = values.length;
    }
    return new YarnLayers(values, holding, values.length);
  }
}

function entriesOf(value: ConfigValue | null | undefined): ConfigMap["entries"] {
  return value?.kind === "map" ? value.entries : new Map();
}

/** `{ onConflict: reset, value: 3d }` is 3d; a map may also have its own keys beside `onConflict`. */
export function unwrapped(written: ConfigValue): { readonly value: ConfigValue; readonly onConflict: string | null } {
  const onConflict = written.kind === "map" ? (scalarAt(written, ON_CONFLICT)?.text ?? null) : null;
  if (written.kind !== "map" || onConflict === null) return { value: written, onConflict };
  const inside = written.entries.get("value");
  if (inside !== undefined) return { value: inside.value, onConflict };
  const entries = new Map([...written.entries].filter(([key]) => key !== ON_CONFLICT));
  return { value: { ...written, entries }, onConflict };
}

const ON_CONFLICT = "onConflict";
