/** Addresses of registries and proxies, and what of the environment may be in them. */
import { joined, type Piece } from "../../core/config/variables.ts";
import { LONGEST_ADDRESS } from "../../core/documents/limits.ts";
import { withoutTrailing } from "../../core/util/text.ts";

/** Where requests for a name go. `refused`: why nobody may be asked, as a clause for a person. */
export type Destination = { readonly url: string; readonly login: Login | null } | { readonly refused: string };

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Who wrote a setting: the person whose machine it is (home folder, environment), or the project. */
export type Author = "person" | "project";

/** The longest name that a host can have. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const LONGEST_HOST = 255;

/** http or https, ending in `/`, without login, query and fragment; null for all else, and where nobody could be asked. */
export function baseUrl(value: unknown): string | null {
  if (typeof value !== "string" || value.length > LONGEST_ADDRESS || !URL.canParse(value)) return null;
  const url = new URL(value);
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.host === "") return null;
  if (url.hostname.length > LONGEST_HOST) return null;
  return `${url.protocol}//${url.host}${withoutTrailing(url.pathname, "/")}/`;
}

/** An address in two: where it is, and the login that was inside it. Null when it is none. */
export function destinationOf(value: unknown): Destination | null {
  const url = baseUrl(value);
  if (url === null || typeof value !== "string") return null;
  const { username, password } = new URL(value);
  return { url, login: username === "" ? null : { username: decoded(username), password: decoded(password) } };
}

/** Whether it leads to this very address. */
export function isAt(destination: Destination, url: string): boolean {
  return "url" in destination && destination.url === url;
}

/**
 * The text of an address. What a project's file says may not carry a variable off to a host that the file names
 * (`https://elsewhere.example/${NPM_TOKEN}/`): there a variable may only be the place itself, either the whole
 * beginning (`${REGISTRY}`, `${REGISTRY}/npm/`) or the host (`https://${HOST}/npm/`). npm and Yarn fill in more;
 * pnpm 12 fills in nothing. Null when it is refused.
 */
export function addressText(pieces: readonly Piece[], author: Author): string | null {
  const variables = pieces.filter(({ variable }) => variable !== null);
  if (author === "person" || variables.length === 0) return joined(pieces);
  const at = pieces.findIndex(({ variable }) => variable !== null);
  const value = pieces[at]?.text ?? "";
  const before = joined(pieces.slice(0, at));
  const after = joined(pieces.slice(at + 1));
  if (variables.length > 1) return null;
  const isWhole =
    before === "" && baseUrl(value) !== null && (after === "" || after.startsWith("/") || value.endsWith("/"));
  const isHost = /^https?:\/\/$/.test(before) && HOST.test(value) && /^(:\d{1,5})?(\/|$)/.test(after);
  return isWhole || isHost ? joined(pieces) : null;
}

/** Lower case and with a dot, as few secrets are. */
const HOST = /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** `//host/path/`: what `.npmrc` writes before a credential, and npm-registry-fetch looks for. */
export function nerfDart(url: string): string {
  return url.replace(/^https?:/, "");
}

/** The login that was inside an address, as `.npmrc` would have it. */
export function loginInside(destination: Destination): readonly [key: string, value: string] | null {
  if ("refused" in destination || destination.login === null) return null;
  const { username, password } = destination.login;
  return [`${nerfDart(destination.url)}:_auth`, Buffer.from(`${username}:${password}`).toString("base64")];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
