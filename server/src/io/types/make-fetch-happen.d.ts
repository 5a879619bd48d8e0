/** What is used of make-fetch-happen 15, which ships no types. Source: its README, "API". */
declare module "make-fetch-happen" {
  namespace fetch {
    interface Options {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly redirect: "manual";
      readonly retry: { readonly retries: number };
      readonly signal: AbortSignal;
      readonly maxSockets: number;
      readonly ca?: string | readonly string[] | null;
      readonly cert?: string | null;
      readonly key?: string | null;
      readonly strictSSL?: boolean;
      readonly proxy?: string | null;
      readonly noProxy?: string | null;
      readonly localAddress?: string | null;
    }
    interface Response {
      readonly status: number;
      readonly headers: { get(name: string): string | null };
      readonly body: AsyncIterable<Uint8Array>;
    }
  }
  function fetch(url: string, options: fetch.Options): Promise<fetch.Response>;
  export default fetch;
}
