/** Which connection each registry is reached by. */
import type { Connection } from "./connection.ts";
import { scopeOf } from "./registries/scope-of.ts";

interface Login {
  readonly connection: Connection;
  readonly generation: number;
}

/**
 * By registry and scope: within one registry, scopes may have logins of their own. Two projects may know different logins
 * for one registry: one that has a login is not lost to one that has none.
 */
export class Logins {
  readonly #known = new Map<string, Login>();
  #generation = 0;

  /** `connection`: how `url` is reached for a name, as its project has it. */
  note(url: string, name: string, connection: Connection): void {
    const key = keyOf(url, name);
    const earlier = this.#current(key);
    if (earlier === connection || (earlier?.hasCredentials(url) === true && !connection.hasCredentials(url))) return;
    const login = { connection, generation: this.#generation };
    this.#known.set(key, login);
    if (this.#current(url)?.hasCredentials(url) !== true) this.#known.set(url, login);
  }

  /** For a name, else for whichever of the registry's names has a login. */
  connectionTo(url: string, name: string | null): Connection | undefined {
    const own = name === null ? undefined : this.#known.get(keyOf(url, name));
    return (own ?? this.#known.get(url))?.connection;
  }

  forget(): void {
    this.#known.clear();
  }

  /** What is known so far gives way to what is noted next; until then it serves what is under way. */
  renew(): void {
    this.#generation++;
  }

  #current(key: string): Connection | undefined {
    const login = this.#known.get(key);
    return login?.generation === this.#generation ? login.connection : undefined;
  }
}

function keyOf(url: string, name: string): string {
  return `${url} ${scopeOf(name) ?? ""}`;
}
