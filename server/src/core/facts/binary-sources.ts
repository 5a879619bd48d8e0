/** What manifests tell the tools that fetch a binary in an install script. */
import { own, ownRecord, ownText, recordOf, type RawRecord } from "./raw.ts";

/** Longest text kept of a field, in UTF-16 code units: what is behind that is in no address. */
const LONGEST_FIELD = 2048;

/** What node-pre-gyp reads (lib/util/versioning.js), and of it prebuild-install (util.js). */
const BINARY_FIELDS = [
  ...["host", "production_host", "staging_host", "development_host"],
  ...["remote_path", "package_name", "module_name", "bucket", "region"],
] as const;

/** Set: the bucket is the beginning of the path. */
export const PATH_STYLE = "binary.s3ForcePathStyle";

/** `github` and `repository` as the name of the repository alone: `owner/name`. */
export function binarySourcesFrom(manifest: RawRecord): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const keep = (field: string, text: string | null): void => {
    if (text !== null) sources.set(field, text.slice(0, LONGEST_FIELD));
  };
  const binary = ownRecord(manifest, "binary");
  if (binary !== null) {
    for (const field of BINARY_FIELDS) keep(`binary.${field}`, ownText(binary, field));
    if (own(binary, "s3ForcePathStyle")) sources.set(PATH_STYLE, "true");
  }
  // go-npm, src/index.js.
  const goBinary = ownRecord(manifest, "goBinary");
  if (goBinary !== null) keep("goBinary.url", ownText(goBinary, "url"));
  // install-artifact-from-github, bin/install-from-cache.js, takes the first; so does prebuild-install the second.
  keep("github", repositoryIn(ownText(manifest, "github")));
  const repository = own(manifest, "repository");
  const record = recordOf(repository);
  keep("repository", repositoryIn(record === null ? ownText(manifest, "repository") : ownText(record, "url")));
  return sources;
}

/** github-from-package, index.js, whose dot stands for any letter; and the short forms that npm takes. */
const REPOSITORY = /(?:\bgithub.com[:/]|^(?:github:)?)([^/":\s]{1,100})\/([^/"#\s]{1,200})/;

function repositoryIn(text: string | null): string | null {
  const [, owner, name] = REPOSITORY.exec(text?.slice(0, LONGEST_FIELD) ?? "") ?? [];
  return owner === undefined || name === undefined ? null : `${owner}/${name.replace(/\.git$/, "")}`;
}
