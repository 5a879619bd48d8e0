/** Made-up projects, of the sizes that the figures are of. */
import { createHash } from "node:crypto";

export interface MadeLockfile {
  readonly text: string;
  /** Names of its packages, all in version 1.2.3. */
  readonly names: readonly string[];
}

/** A lockfile of npm (version 3) with this many packages and entries as long as real ones: about 500 bytes each. */
export function lockfileOf(count: number): MadeLockfile {
  const names = Array.from({ length: count }, (_, index) => (index % 6 === 0 ? `@scope-${index % 50}/package-${index}` : `some-package-${index}`));
  const direct = names.slice(0, 60);
  const entries = names.map((name, index): [string, object] => {
    const needs = [1, 2, 3].map((step) => names[index * 3 + step]).filter((needed) => needed !== undefined);
    return [
      `node_modules/${name}`,
      {
        version: "1.2.3",
        resolved: `https://registry.npmjs.org/${name}/-/${name.slice(name.indexOf("/") + 1)}-1.2.3.tgz`,
        integrity: `sha512-${createHash("sha512").update(name).digest("base64")}`,
        ...(index % 3 === 0 ? { dev: true } : {}),
        license: "MIT",
        ...(needs.length === 0 ? {} : { dependencies: Object.fromEntries(needs.map((needed) => [needed, "^1.0.0"])) }),
        engines: { node: ">=18" },
        funding: { url: `https://github.com/sponsors/somebody-${index}` },
      },
    ];
  });
  const root = { name: "app", version: "1.0.0", dependencies: Object.fromEntries(direct.map((name) => [name, "^1.0.0"])) };
  return { text: `${JSON.stringify({ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages: { "": root, ...Object.fromEntries(entries) } }, null, 2)}\n`, names };
}

/** A package.json that asks for these, each as `^1.0.0`. */
export function manifestOf(names: readonly string[]): string {
  return `${JSON.stringify({ name: "app", version: "1.0.0", dependencies: Object.fromEntries(names.map((name) => [name, "^1.0.0"])) }, null, 2)}\n`;
}
