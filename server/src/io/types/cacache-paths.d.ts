/** Where cacache 20 keeps an entry, which its own types leave out. Source: lib/entry-index.js, lib/content/path.js. */
declare module "cacache/lib/entry-index.js" {
  const index: { bucketPath(cache: string, key: string): string };
  export default index;
}

declare module "cacache/lib/content/path.js" {
  export default function contentPath(cache: string, integrity: string): string;
}
