/** How many public pages an incident keeps. */
const KEPT = 2;

/**
 * The public pages among an incident's sources, the nearest to the event first: maintainers' issues and post-mortems,
 * then advisories, then lists that others keep. Notes about other kinds of source, and archives, are left out.
 */
export function publicSources(sources: readonly string[], preferred: readonly string[]): string[] {
  const found = sources.flatMap((source) => {
    const url = publicUrl(source);
    return url === null ? [] : [url];
  });
  const ranked = [...new Set(found)].map((url, index) => ({ url, index, rank: rank(url) }));
  ranked.sort((a, b) => a.rank - b.rank || a.index - b.index);
  return [...new Set([...preferred, ...ranked.map(({ url }) => url)])].slice(0, KEPT);
}

/** `https://…`, `owner/repo:path` or `owner/repo@commit:path`, with or without a note behind. */
function publicUrl(source: string): string | null {
  const [reference = ""] = source.split(" ");
  if (reference.startsWith("https://")) return reference;
  const match = /^([\w-]+\/[\w.-]+)(?:@([0-9a-f]+))?:(\S+)$/.exec(reference);
  if (match === null || reference.endsWith(".gz")) return null;
  const [, repository = "", commit = "HEAD", path = ""] = match;
  if (repository === "github/advisory-database") return `https://github.com/advisories/${path}`;
  return `https://github.com/${repository}/blob/${commit}/${path}`;
}

function rank(url: string): number {
  if (/post-?mortem/.test(url)) return 0;
  if (!url.includes("/blob/") && !url.includes("/advisories/")) return 1;
  if (url.includes("/advisories/") || url.includes("/ossf/malicious-packages/")) return 2;
  return url.includes("/cncf/tag-security/") ? 3 : 4;
}
