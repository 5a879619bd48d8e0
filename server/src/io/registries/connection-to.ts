/** What goes along to a registry that a project names, where some of it is the person's and some the project's. */
import { Connection, type ConnectionOptions } from "../connection.ts";
import { isAt } from "./address.ts";
import type { RegistryConfig } from "./config.ts";

export interface ConnectionWish {
  readonly url: string;
  readonly scope: string | null;
  /** The project's configuration together with the person's. */
  readonly whole: RegistryConfig;
  readonly personal: RegistryConfig;
  /** A login inside the address that was given for this run, as `.npmrc` would have it. */
  readonly inside: readonly [key: string, value: string] | null;
  /** The address was given for this run. */
  readonly isGiven: boolean;
  readonly reached: (options: ConnectionOptions) => ConnectionOptions;
}

/** Shaped by the project where the person alone would be connected otherwise. */
export function connectionTo(wish: ConnectionWish): Connection {
  const made = mixtureOf(wish, false);
  const isPersons = wish.whole === wish.personal || made.id === mixtureOf({ ...wish, whole: wish.personal }, false).id;
  return isPersons ? made : mixtureOf(wish, true);
}

/** `isShaped`: as `Connection` has it. */
function mixtureOf(wish: ConnectionWish, isShaped: boolean): Connection {
  const { url, scope, whole, personal, inside, isGiven, reached } = wish;
  const own = whole === personal ? {} : personal.credentials(url, scope);
  const all = { ...(inside === null ? {} : Object.fromEntries([inside])), ...whole.credentials(url, scope) };
  const ofProject = Object.fromEntries(Object.entries(all).filter(([key, value]) => own[key] !== value));
  const isPersons = isGiven || isAmong(url, personal);
  return new Connection({
    registry: url,
    isShaped,
    withheld: whole === personal ? null : whole.withheld(url, scope),
    credentials: (to) =>
      whole !== personal && isExposed(to, whole.options(to), personal.options(to)) ? ofProject : all,
    options: (to) => {
      const options = reached(whole.options(to));
      const { cert, key } = whole === personal ? options : personal.options(to);
      // A certificate of the person's is for the person's registries.
      return !isPersons && options.cert === cert && options.key === key
        ? { ...options, cert: null, key: null }
        : options;
    },
  });
}

/** A proxy that the project chose would see what goes through it: all of http, and https on terms of the project's own. */
function isExposed(
  { protocol }: URL,
  { proxy, strictSSL, ca }: ConnectionOptions,
  personal: ConnectionOptions,
): boolean {
  if (proxy === null || proxy === personal.proxy) return false;
  return (
    protocol !== "https:" || (!strictSSL && personal.strictSSL) || JSON.stringify(ca) !== JSON.stringify(personal.ca)
  );
}

function isAmong(url: string, { registry, scopes, named }: RegistryConfig): boolean {
  return [registry, ...scopes.values(), ...(named?.values() ?? [])].some((destination) => isAt(destination, url));
}
