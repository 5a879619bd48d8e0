/** A project, a registry and an advisory service of which every text is hostile. */
import type { FakeOsv } from "../fakes/osv.ts";
import { malware } from "../fakes/osv.ts";
import type { FakeRegistry } from "../fakes/registry.ts";
import { HOSTILE, MARKDOWN } from "./hostile.ts";
import { ago, lockfileText, manifestText } from "./projects.ts";
import type { Sandbox } from "./sandbox.ts";

/** The folder of the project below the sandbox's: a name that every file system takes. */
export const FOLDER = HOSTILE;

/** The folder of a lockfile that cannot be read, below `FOLDER`. */
export const BROKEN = `broken-${HOSTILE}`;

/** A `.vscode/settings.json` with problems to tell of. */
export const SETTINGS = {
  "depwarden.rules": { [HOSTILE]: "off" },
  "depwarden.allow": [
    { package: HOSTILE, reason: "over", until: "2020-01-01" },
    { package: "evil", reason: "misspelt", [HOSTILE]: true },
  ],
};

/** Writes the files below `FOLDER` and fills the services; gives the texts of the two main files. */
export function hostileProject(
  sandbox: Sandbox,
  registry: FakeRegistry,
  osv: FakeOsv,
): { readonly manifest: string; readonly lockfile: string } {
  const publisher = { name: HOSTILE };
  registry.publish("scripted", "1.0.0", { at: ago({ days: 400 }), publisher: { name: "ann" } });
  registry.publish("scripted", "1.1.0", {
    at: ago({ hours: 3 }),
    publisher,
    scripts: { postinstall: HOSTILE },
    dependencies: { [HOSTILE]: HOSTILE },
    deprecated: HOSTILE,
  });
  registry.publish("evil", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("evil", "1.1.0", { at: ago({ hours: 3 }) });
  osv.add(malware("MAL-2099-1", "evil", ["1.1.0"], { published: ago({ hours: 1 }), summary: HOSTILE }));
  registry.publish("old", "1.0.0", { at: ago({ days: 400 }), deprecated: HOSTILE });
  const asked = {
    scripted: "^1.0.0",
    evil: `${HOSTILE} || *`,
    old: "1.0.0",
    [HOSTILE]: "1.0.0",
    aliased: `npm:${HOSTILE}@1`,
    [MARKDOWN]: "^1.0.0",
  };
  const manifest = manifestText({ ...asked }, { allowScripts: { [HOSTILE]: true } });
  const locked = { version: "1.0.0", resolved: `https://${HOSTILE}/x.tgz` };
  const lockfile = lockfileText(asked, {
    scripted: { version: "1.1.0", hasInstallScript: true },
    evil: { version: "1.1.0" },
    [`${HOSTILE}/node_modules/evil`]: { version: "1.1.0" },
    old: locked,
    [HOSTILE]: { version: HOSTILE, dependencies: { evil: "1.1.0" } },
    aliased: { version: `1.0.0-${HOSTILE}` },
  });
  sandbox.write(`${FOLDER}/package.json`, manifest);
  sandbox.write(`${FOLDER}/package-lock.json`, lockfile);
  sandbox.write(`${FOLDER}/${BROKEN}/yarn.lock`, `${HOSTILE}\n`);
  sandbox.write(`${FOLDER}/.npmrc`, `min-release-age=${HOSTILE.replaceAll(/[\r\n\u2028]/g, " ")}\n`);
  return { manifest, lockfile };
}
