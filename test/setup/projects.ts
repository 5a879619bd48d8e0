/** Texts of projects for tests. */

export interface LockedPackage {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly resolved?: string;
}

/** A package.json as npm writes it. */
export function manifestText(dependencies: Readonly<Record<string, string>>, more: object = {}): string {
  return `${JSON.stringify({ name: "app", version: "1.0.0", ...more, dependencies }, null, 2)}\n`;
}

/** A package-lock.json (version 3) as npm writes it; `packages` by folder below `node_modules/`. */
export function lockfileText(
  dependencies: Readonly<Record<string, string>>,
  packages: Readonly<Record<string, LockedPackage>>,
): string {
  const entries = Object.entries(packages).map(([folder, entry]): [string, object] => {
    const name = folder.split("node_modules/").at(-1) ?? folder;
    const file = `${name.slice(name.indexOf("/") + 1)}-${entry.version}.tgz`;
    const { version, resolved = `https://registry.npmjs.org/${name}/-/${file}`, ...more } = entry;
    return [`node_modules/${folder}`, { version, resolved, ...more }];
  });
  const root = { name: "app", version: "1.0.0", dependencies };
  return `${JSON.stringify({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages: { "": root, ...Object.fromEntries(entries) } }, null, 2)}\n`;
}

/** A moment before now, ISO 8601. */
export function ago(length: { readonly days?: number; readonly hours?: number; readonly minutes?: number }): string {
  const { days = 0, hours = 0, minutes = 0 } = length;
  return new Date(Date.now() - ((days * 24 + hours) * 60 + minutes) * 60_000).toISOString();
}

/** Where `needle` stands in a text as LSP counts; `at` picks one of several (0: the first). */
export function rangeOf(
  text: string,
  needle: string,
  at = 0,
): { start: { line: number; character: number }; end: { line: number; character: number } } {
  let offset = text.indexOf(needle);
  for (let skipped = 0; skipped < at && offset !== -1; skipped++) offset = text.indexOf(needle, offset + 1);
  if (offset === -1) throw new Error(`${JSON.stringify(needle)} does not stand in the text`);
  return { start: positionAt(text, offset), end: positionAt(text, offset + needle.length) };
}

/** Where the version of a package stands in a lockfile written by `lockfileText` (or npm). */
export function versionIn(lockfile: string, folder: string, version: string): ReturnType<typeof rangeOf> {
  const from = lockfile.indexOf(`"node_modules/${folder}": {`);
  if (from === -1) throw new Error(`${folder} is not locked`);
  const offset = lockfile.indexOf(`"version": "${version}"`, from) + '"version": "'.length;
  return { start: positionAt(lockfile, offset), end: positionAt(lockfile, offset + version.length) };
}

/** Where the range asked for a dependency stands in a manifest. */
export function specifierIn(manifest: string, name: string): ReturnType<typeof rangeOf> {
  const match = new RegExp(`"${name.replaceAll("/", "\\/")}": "([^"]*)"`).exec(manifest);
  if (match?.[1] === undefined) throw new Error(`${name} is not asked for`);
  const offset = match.index + match[0].length - 1 - match[1].length;
  return { start: positionAt(manifest, offset), end: positionAt(manifest, offset + match[1].length) };
}

function positionAt(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
