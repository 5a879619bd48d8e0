/** What is used of npm-registry-fetch 19, by its file: its index would bring an HTTP library into the bundle. */
declare module "npm-registry-fetch/lib/auth.js" {
  /** Reads `//host/path/:_authToken` and the like. */
  export default function getAuth(
    url: string,
    options: Readonly<Record<string, unknown>>,
  ): {
    /** The place that it was found for; false: none was. */
    readonly regKey: string | false;
    readonly token: string | null;
    readonly auth: string | null;
  };
}
