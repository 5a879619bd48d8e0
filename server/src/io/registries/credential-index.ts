/** Credentials of `.npmrc` by the place that they are for: a file may have thousands, and a registry needs a few. */
import type { Credentials } from "../connection.ts";
import { nerfDart } from "./address.ts";

/** One place: `//host/path` and `//host/path/` are two. */
interface Place {
  readonly credentials: Record<string, string>;
  /** By the next part of the path. Behind a final slash that part is empty. */
  readonly below: Map<string, Place>;
}

export class CredentialIndex {
  readonly #root = newPlace();

  /** @param credentials by key as in `.npmrc`: `//registry.example/npm/:_authToken` */
  constructor(credentials: Iterable<readonly [key: string, value: string]>) {
    for (const [key, value] of credentials) {
      const end = key.lastIndexOf(":");
      if (end === -1) continue;
      let place = this.#root;
      for (const part of partsOf(key.slice(0, end))) {
        const next = place.below.get(part) ?? newPlace();
        place.below.set(part, next);
        place = next;
      }
      place.credentials[key] = value;
    }
  }

  /** Those for an address and for every place above it on its host: all that npm-registry-fetch looks at (lib/auth.js). */
  around(url: string): Credentials {
    const found: Record<string, string> = {};
    let place: Place | undefined = this.#root;
    for (const part of partsOf(nerfDart(url))) {
      place = place.below.get(part);
      if (place === undefined) break;
      Object.assign(found, place.credentials, place.below.get("")?.credentials);
    }
    return found;
  }

  /** Those for this very address. */
  at(url: string): Credentials {
    let place: Place | undefined = this.#root;
    for (const part of partsOf(nerfDart(url))) place = place?.below.get(part);
    return place?.credentials ?? {};
  }
}

function newPlace(): Place {
  return { credentials: {}, below: new Map() };
}

/** Of `//host/path/`: `host`, `path` and an empty one. */
function partsOf(place: string): readonly string[] {
  return place.slice("//".length).split("/");
}
