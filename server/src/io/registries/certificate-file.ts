/** Which files of certificates and keys a setting may have read. */
import { realpathSync } from "node:fs";
import { basename, isAbsolute, relative, sep } from "node:path";
import type { Author } from "./address.ts";
import type { Machine } from "./config.ts";

/** Where a setting's file is read from; `withheld`: why it is not read, as a clause. */
export type CertificateFile = { readonly path: string } | { readonly withheld: string };

/** Certificates of authorities. They are compared with and sent to nobody, so a trusted project may name any file. */
export function authoritiesFile(path: string, author: Author, { trusted }: Pick<Machine, "trusted">): CertificateFile {
  return author === "person" || trusted ? { path } : { withheld: "the workspace is not trusted" };
}

/**
 * A client's certificate, or its key. Whoever has both is that client, so a project may name its own only: a link that
 * leads out of the project does not count either.
 */
export function clientCertificateFile(
  path: string,
  author: Author,
  machine: Pick<Machine, "trusted" | "projectRoot">,
): CertificateFile {
  if (author === "person") return { path };
  if (!machine.trusted) return { withheld: "the workspace is not trusted" };
  const real = realPath(path);
  const root = machine.projectRoot === null ? null : realPath(machine.projectRoot);
  // Of one that is not there nothing can be read.
  if (real === null) return { path };
  if (root !== null && isWithin(root, real)) return { path: real };
  return {
    withheld: `the client certificate in ${basename(path)} is not used, as a project's file names it and it is outside the project; put the line into your own configuration`,
  };
}

function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== "" && below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
