/** What goes along to a registry that a project names, where some of it is the person's and some the project's. */
import { NPMJS_HOSTS } from "../../core/facts/places.ts";
import { oneLine } from "../../core/util/sanitize.ts";
import { caIdOf, Connection, oncePer, type ConnectionOptions, type Credentials, type ReadFile } from "../connection.ts";
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
  const given = inside === null ? {} : Object.fromEntries([inside]);
  const own = whole === personal ? {} : { ...(isPersons ? given : {}), ...personal.credentials(url, scope) };
  const all = { ...given, ...whole.credentials(url, scope) };
  const lent = whole.lent(url, scope);
  /** What goes along over a connection, and why the rest does not. */
  const goingTo = (to: URL): { readonly credentials: Credentials; readonly why: string | null } => {
    const risk = { own: whyExposed(to, wish), lent: whyShaped(to, wish) };
    const kept = Object.entries(all).filter(([key, value]) =>
      lent.has(value) ? risk.lent === null : own[key] !== value || risk.own === null,
    );
    const why = kept.length === Object.keys(all).length ? null : (risk.own ?? risk.lent);
    return { credentials: Object.fromEntries(kept), why };
  };
  return new Connection({
    registry: url,
    isShaped,
    readFile,
    withheld: (to) => (whole === personal ? null : (goingTo(to).why ?? whole.withheld(url, scope))),
    credentials: (to) => goingTo(to).credentials,
    options: (to) => {
      const options = reached(whole.options(to));
      const { cert, key } = whole === personal ? options : personal.options(to);
      // A certificate of the person's is for the person's registries.
      return !isPersons && options.cert === cert && options.key === key ? withoutCertificate(options) : options;
    },
  });
}

export const withoutCertificate = oncePer((options: ConnectionOptions) => ({ ...options, cert: null, key: null }));

/**
 * Why a login of the person's is withheld, as a clause: the project has others read along where the person's own
 * configuration has nobody. A proxy sees all of http, and https on terms of the project's own; http is seen by everybody.
 */
function whyExposed(to: URL, { whole, personal, isPersons }: ConnectionWish): string | null {
  if (whole === personal) return null;
  if (!isPersons && isLoweredToHttp(to, personal))
    return withheldWhile(to, "is reached over http, and your own configuration has https");
  const [options, persons] = [whole.options(to), personal.options(to)];
  if (options.proxy === null || options.proxy === persons.proxy) return null;
  const isReadable =
    to.protocol !== "https:" || (!options.strictSSL && persons.strictSSL) || caIdOf(options) !== caIdOf(persons);
  return isReadable ? withheldWhile(to, "is reached through a proxy of the project's that can read along") : null;
}

/** Why a variable that is lent to a host is withheld, as a clause: the project has a hand in how the host is reached. */
function whyShaped(to: URL, wish: ConnectionWish): string | null {
  const { whole, personal } = wish;
  if (whole === personal) return null;
  const [options, persons] = [whole.options(to), personal.options(to)];
  if (options.proxy !== null && options.proxy !== persons.proxy)
    return withheldWhile(to, "is reached through a proxy of the project's");
  if (to.protocol === "https:" && !options.strictSSL && persons.strictSSL)
    return withheldWhile(to, "is reached without checking its certificate");
  if (to.protocol === "https:" && caIdOf(options) !== caIdOf(persons))
    return withheldWhile(to, "is reached with certificate authorities of the project's");
  return whyExposed(to, wish);
}

function withheldWhile({ host }: URL, what: string): string {
  return `a login for ${oneLine(host, 80)} is not sent, as the host ${what}; put the setting into your own configuration if it is right`;
}

/** Hosts of public registries, all of which have https. */
const PUBLIC_HOSTS: ReadonlySet<string> = new Set([...NPMJS_HOSTS, "npm.jsr.io", "npm.pkg.github.com", "gitlab.com"]);

/** Whether it is http to a host that the person reaches by https only. */
function isLoweredToHttp({ protocol, host }: URL, personal: RegistryConfig): boolean {
  if (protocol !== "http:") return false;
  const known = [...addressesIn(personal)]
    .map((address) => new URL(address))
    .filter((address) => address.host === host);
  if (known.some((address) => address.protocol === "http:")) return false;
  return known.length > 0 || PUBLIC_HOSTS.has(host);
}

/** Of all registries of a configuration. */
export function addressesIn({ registry, scopes, named }: RegistryConfig): ReadonlySet<string> {
  const all = [registry, ...scopes.values(), ...(named?.values() ?? [])];
  return new Set(all.flatMap((destination) => ("url" in destination ? [destination.url] : [])));
}
