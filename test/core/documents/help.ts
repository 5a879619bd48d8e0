import type { LockfileContext } from "../../../server/src/core/documents/context.ts";
import { readLockfile, type LockfileKind } from "../../../server/src/core/documents/index.ts";
import { readManifest } from "../../../server/src/core/documents/manifest.ts";
import { runWhole } from "../../../server/src/core/task.ts";
import type { DocumentProblem, LockedPackage, Lockfile } from "../../../server/src/core/model.ts";
import type { Span } from "../../../server/src/core/util/text.ts";

export { random } from "../../setup/random.ts";

/** Reads a lockfile whole; `manifest` is the text of the package.json beside it. */
export function read(
  text: string,
  manifest?: string,
  kind: LockfileKind = "package-lock",
  around: LockfileContext = {},
): Lockfile {
  const context = manifest === undefined ? around : { ...around, manifest: readManifest(manifest) };
  return runWhole(readLockfile(kind, text, context));
}

export function readObject(value: unknown, manifest?: unknown): Lockfile {
  return read(JSON.stringify(value, null, 2), manifest === undefined ? undefined : JSON.stringify(manifest));
}

/** The one package at a place; throws when there is none. */
export function at(lockfile: Lockfile, key: string): LockedPackage {
  const found = lockfile.packages.filter((locked) => locked.key === key);
  const [only] = found;
  if (only === undefined || found.length !== 1) throw new Error(`${found.length} packages at ${key}`);
  return only;
}

export function written(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** `key -> key` for every edge, in order. */
export function edges(lockfile: Lockfile): string[] {
  return lockfile.packages.flatMap(({ id, key }) =>
    lockfile.dependenciesOf(id).map((target) => `${key} -> ${lockfile.packages[target]?.key ?? "?"}`),
  );
}

/** Importer path → `section alias -> key`, for every dependency. */
export function importers(lockfile: Lockfile): Record<string, string[]> {
  return Object.fromEntries(
    lockfile.importers.map(({ path, dependencies }) => [
      path,
      dependencies.map(
        ({ alias, section, target }) =>
          `${section} ${alias} -> ${target === null ? "none" : (lockfile.packages[target]?.key ?? "?")}`,
      ),
    ]),
  );
}

/** The problems of the text itself: without that it refers to packages which it does not hold. */
export function ofText({ problems }: Lockfile): readonly DocumentProblem[] {
  return problems.filter(({ message }) => !message.startsWith("it refers to packages that it does not contain "));
}
