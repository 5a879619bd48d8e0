import * as lockfile from "@yarnpkg/lockfile";
import { parseSyml } from "@yarnpkg/parsers";
import { exactVersion } from "../../../server/src/core/documents/exact-version.ts";

/** What a yarn.lock says, by the library of the Yarn that wrote it. */
export interface Expected {
  /** `key version`, and `resolved integrity` in classic or `resolution` in Berry, of every entry, sorted. */
  readonly places: readonly string[];
  /** Descriptor (in Berry: key) and version of every entry that has one. */
  readonly versions: readonly (readonly [string, string])[];
  /** `key -> key` of every dependency with a descriptor of its own, sorted. */
  readonly edges: readonly string[];
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const needsOf = (entry: object, ...fields: string[]): [string, string][] =>
  fields.flatMap((field) =>
    Object.entries(object(Object.hasOwn(entry, field) ? object(entry)[field] : null)).map(
      ([alias, range]): [string, string] => [alias, text(range)],
    ),
  );

/** By @yarnpkg/lockfile, whose blocks are objects that all their descriptors share. Throws where that does. */
export function classicReference(source: string): Expected {
  const { object: parsed } = lockfile.parse(source);
  const keys = new Map<object, string[]>();
  for (const [descriptor, entry] of Object.entries(parsed)) keys.set(entry, [...(keys.get(entry) ?? []), descriptor]);
  const keyOf = (entry: object): string => (keys.get(entry) ?? []).join(", ");
  return {
    places: [...keys.keys()]
      .map(
        (entry) =>
          `${keyOf(entry)} ${installed(text(object(entry)["version"]))} ${text(object(entry)["resolved"])} ${text(object(entry)["integrity"])}`,
      )
      .sort(),
    versions: Object.entries(parsed)
      .map(([descriptor, entry]) => [descriptor, installed(text(object(entry)["version"]))] as const)
      .filter(([, version]) => version !== ""),
    edges: [...keys.keys()]
      .flatMap((entry) =>
        needsOf(entry, "dependencies", "optionalDependencies").flatMap(([alias, range]) => {
          const target = Object.entries(parsed).find(([descriptor]) => descriptor === `${alias}@${range}`)?.[1];
          return target === undefined ? [] : [`${keyOf(entry)} -> ${keyOf(target)}`];
        }),
      )
      .sort(),
  };
}

/** As package managers install it: see exact-version.ts. */
export function installed(version: string): string {
  return exactVersion(version) ?? version;
}

/** By @yarnpkg/parsers, whose entries are by whole key. Throws where that does, or where an entry has no resolution. */
export function berryReference(source: string): Expected {
  const entries = Object.entries(parseSyml(source) as Record<string, unknown>).filter(([key]) => key !== "__metadata");
  const plain = (descriptor: string): string => descriptor.replace(/^(.[^@]*@)npm:/, "$1");
  const byDescriptor = new Map<string, string>();
  for (const [key, entry] of entries) {
    if (typeof object(entry)["resolution"] !== "string") throw new Error(`no resolution: ${key}`);
    for (const descriptor of key.split(/ *, */)) byDescriptor.set(plain(descriptor), key);
  }
  return {
    places: entries
      .map(([key, entry]) => `${key} ${installed(text(object(entry)["version"]))} ${text(object(entry)["resolution"])}`)
      .sort(),
    versions: entries
      .map(([key, entry]) => [key, installed(text(object(entry)["version"]))] as const)
      .filter(([, version]) => version !== ""),
    edges: entries
      .flatMap(([key, entry]) =>
        needsOf(object(entry), "dependencies").flatMap(([alias, range]) => {
          const target = byDescriptor.get(plain(`${alias}@${range}`));
          return target === undefined ? [] : [`${key} -> ${target}`];
        }),
      )
      .sort(),
  };
}
