/** npm's own choice of a version: https://github.com/npm/npm-pick-manifest#api. It ships no types. */
declare module "npm-pick-manifest" {
  interface PickablePackument {
    readonly name: string;
    readonly versions: Readonly<
      Record<string, { readonly name: string; readonly version: string; readonly deprecated?: string }>
    >;
    readonly "dist-tags": Readonly<Record<string, string>>;
  }
  /** @throws when no version fits (`ETARGET`, `ENOVERSIONS`) or the specifier cannot be read (`EINVALIDTAGNAME`) */
  export default function pickManifest(
    packument: PickablePackument,
    wanted: string,
    options?: { readonly defaultTag?: string },
  ): { readonly name: string; readonly version: string };
}
