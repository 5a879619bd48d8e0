/** What goes along to a registry that a project names, where some of it is the person's and some the project's. */
import { caIdOf, Connection, oncePer, type ConnectionOptions, type ReadFile } from "../connection.ts";
import type { RegistryConfig } from "./config.ts";

export interface ConnectionWish {
  readonly url: string;
  readonly scope: string | null;
  /** The project's configuration together with the person's. */
  readonly whole: RegistryConfig;
  readonly personal: RegistryConfig;
  /** The address is that of one of the person's own registries, or was given for this run. */
  readonly isPersons: boolean;
  /** A login inside the address that was given for this run, as `.npmrc` would have it. */
  readonly inside: readonly [key: string, value: string] | null;
  /** The same object each time for the same options. */
  readonly reached: (options: ConnectionOptions) => ConnectionOptions;
  readonly readFile: ReadFile;
}

/** Shaped by the project where the person alone would be connected otherwise. */
export function connectionTo(wish: ConnectionWish): Connection {
  const made = mixtureOf(wish, false);
  const isPersons = wish.whole === wish.personal || made.id === mixtureOf({ ...wish, whole: wish.personal }, false).id;
  return isPersons ? made : mixtureOf(wish, true);
}

/** `isShaped`: as `Connection` has it. */
function mixtureOf(wish: ConnectionWish, isShaped: boolean): Connection {
  const { url, scope, whole, personal, inside, isPersons, reached, readFile } = wish;
  const own = whole === personal ? {} : personal.credentials(url, scope);
  const all = { ...(inside === null ? {} : Object.fromEntries([inside])), ...whole.credentials(url, scope) };
  const ofProject = Object.fromEntries(Object.entries(all).filter(([key, value]) => own[key] !== value));
  return new Connection({
    registry: url,
    isShaped,
    readFile,
    withheld: whole === personal ? null : whole.withheld(url, scope),
    credentials: (to) =>
      whole !== personal && isExposed(to, whole.options(to), personal.options(to)) ? ofProject : all,
    options: (to) => {
      const options = reached(whole.options(to));
      const { cert, key } = whole === personal ? options : personal.options(to);
      // A certificate of the person's is for the person's registries.
      return !isPersons && options.cert === cert && options.key === key ? withoutCertificate(options) : options;
    },
  });
}

export const withoutCertificate = oncePer((options: ConnectionOptions) => ({ ...options, cert: null, key: null }));

/** A proxy that the project chose would see what goes through it: all of http, and https on terms of the project's own. */
function isExposed({ protocol }: URL, options: ConnectionOptions, personal: ConnectionOptions): boolean {
  const { proxy, strictSSL } = options;
  if (proxy === null || proxy === personal.proxy) return false;
  return protocol !== "https:" || (!strictSSL && personal.strictSSL) || caIdOf(options) !== caIdOf(personal);
}

/** Of all registries of a configuration. */
export function addressesIn({ registry, scopes, named }: RegistryConfig): ReadonlySet<string> {
  const all = [registry, ...scopes.values(), ...(named?.values() ?? [])];
  return new Set(all.flatMap((destination) => ("url" in destination ? [destination.url] : [])));
}
