/** A project with private and public packages, the private registry, and the public services that must not hear of the private ones. */
import { writeFileSync } from "node:fs";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { World } from "../lsp/world.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";

const TOKEN = "secret-of-the-private-registry";

/** How the private names come to resolve from the private registry. */
export type Arrangement = "scope" | "default registry";

export class PrivateProject {
  readonly manifest: string;
  readonly lockfile: string;

  private constructor(
    /** Its `registry` and `osv` are the public ones. */
    readonly world: World,
    /** The private one. */
    readonly own: FakeRegistry,
    readonly arrangement: Arrangement,
  ) {
    publishPublic(world.registry);
    publishPrivate(own);
    // Behind one default registry the public packages come from there too, as from a proxy of npmjs.
    if (arrangement === "default registry") publishPublic(own);
    writeFileSync(world.userConfig, `${own.url.replace("http:", "")}:_authToken=${TOKEN}\n`);
    // With a cooldown, so that there is nothing to say of that.
    world.write(
      ".npmrc",
      `min-release-age=3\n${arrangement === "scope" ? "@private-corp:registry" : "registry"}=${own.url}\n`,
    );
    this.manifest = manifestText(DECLARED, { name: "private-app", workspaces: ["packages/*"] });
    this.lockfile = lockfileText(DECLARED, lockedFrom(own.url));
    world.write("package.json", this.manifest);
    world.write("package-lock.json", this.lockfile);
    world.write(
      "packages/ui/package.json",
      manifestText({ "@private-corp/core": "^1.0.0", "open-new": "^1.0.0" }, { name: "@private-corp/ui" }),
    );
  }

  static async create(arrangement: Arrangement): Promise<PrivateProject> {
    return new PrivateProject(await World.create(), await startRegistry({ token: TOKEN }), arrangement);
  }

  /** Settings over the world's own, which name the public registry as the default one. */
  get settings(): Record<string, unknown> {
    return this.arrangement === "scope" ? {} : { registry: "" };
  }

  /** The same for the command line. */
  get options(): readonly string[] {
    const registry = this.arrangement === "scope" ? ["--registry", this.world.registry.url] : [];
    return [...registry, "--osv", this.world.osv.url];
  }

  /** All that the public services were sent, to look for what should be there: what should not is the guard's. */
  get sentToPublic(): string {
    const { registry, osv } = this.world;
    return [...registry.requests, ...osv.requests]
      .map(({ method, path, body }) => `${method} ${path} ${body}`)
      .join("\n");
  }

  /** Names that the private registry was asked for, in alphabetical order. */
  get askedOfOwn(): readonly string[] {
    const names = this.own.requests.filter(({ kind }) => kind === "packument").map(({ name }) => name ?? "");
    return [...new Set(names)].sort();
  }

  async end(): Promise<void> {
    await this.world.end();
    await this.own.close();
  }
}

/** In a private scope: what both arrangements hold private. */
const DECLARED = {
  "@private-corp/core": "^1.0.0",
  "@private-corp/gone": "1.0.0",
  "@private-corp/lodahs": "1.0.0",
  "another-name": "npm:@private-corp/aliased@1.0.0",
  "@private-corp/from-git": "git+https://git.invalid/private-corp/from-git.git#v1",
  "@private-corp/from-url": "https://files.invalid/private-corp/from-url.tgz",
  "open-old": "^1.0.0",
  "open-new": "^1.0.0",
  "open-built": "1.0.0",
};

const LOCKED = {
  "@private-corp/core": {
    version: "1.1.0",
    dependencies: { "@private-corp/deep": "^1.0.0", "open-old": "^1.0.0" },
    hasInstallScript: true,
  },
  "@private-corp/deep": { version: "1.0.0" },
  "@private-corp/gone": { version: "1.0.0" },
  "@private-corp/lodahs": { version: "1.0.0" },
  "another-name": {
    name: "@private-corp/aliased",
    version: "1.0.0",
  },
  "@private-corp/from-git": {
    version: "1.0.0",
    resolved: "git+ssh://git@git.invalid/private-corp/from-git.git#0123456789012345678901234567890123456789",
  },
  "@private-corp/from-url": { version: "1.0.0", resolved: "https://files.invalid/private-corp/from-url.tgz" },
  "open-old": { version: "1.0.0" },
  "open-new": { version: "1.1.0" },
  "open-built": { version: "1.0.0", hasInstallScript: true },
  "open-new/node_modules/@private-corp/deep": { version: "1.0.1" },
};

/** Young, with scripts and new dependencies, so that everything that can be looked up is: baselines, additions, safe versions. */
function publishPrivate(own: FakeRegistry): void {
  own.publish("@private-corp/core", "1.0.0", { at: ago({ days: 400 }), scripts: { postinstall: "node old.js" } });
  own.publish("@private-corp/core", "1.1.0", {
    at: ago({ hours: 2 }),
    scripts: { postinstall: "node new.js" },
    dependencies: {
      "@private-corp/deep": "^1.0.0",
      "@private-corp/newly-added": "^1.0.0",
      "open-added": "^1.0.0",
      "open-old": "^1.0.0",
    },
  });
  own.publish("@private-corp/newly-added", "1.0.0", {
    at: ago({ hours: 3 }),
    dependencies: { "@private-corp/below": "^1.0.0" },
  });
  own.publish("@private-corp/below", "1.0.0", { at: ago({ hours: 4 }), scripts: { install: "node x.js" } });
  own.publish("@private-corp/deep", "1.0.0", { at: ago({ days: 300 }) });
  own.publish("@private-corp/deep", "1.0.1", { at: ago({ hours: 5 }) });
  own.publish("@private-corp/lodahs", "1.0.0", { at: ago({ days: 2 }) });
  own.publish("@private-corp/aliased", "1.0.0", { at: ago({ days: 2 }) });
}

function publishPublic(registry: FakeRegistry): void {
  // With a script and no release before it: git is asked what is committed.
  registry.publish("open-built", "1.0.0", { at: ago({ days: 400 }), scripts: { postinstall: "node build.js" } });
  registry.publish("open-old", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("open-new", "1.0.0", { at: ago({ days: 400 }) });
  registry.publish("open-new", "1.1.0", {
    at: ago({ hours: 2 }),
    dependencies: { "@private-corp/newly-added": "^1.0.0", "open-added": "^1.0.0" },
  });
  registry.publish("open-added", "1.0.0", { at: ago({ hours: 3 }), dependencies: { "@private-corp/below": "^1.0.0" } });
}

/** The private ones come from their own registry (its URL). */
function lockedFrom(registry: string): Parameters<typeof lockfileText>[1] {
  return Object.fromEntries(
    Object.entries<Parameters<typeof lockfileText>[1][string] & { readonly name?: string }>(LOCKED).map(
      ([folder, entry]) => {
        const name = entry.name ?? folder.split("node_modules/").at(-1) ?? folder;
        const file = name.slice(name.indexOf("/") + 1);
        const isPrivate = name.startsWith("@private-corp/") && entry.resolved === undefined;
        return [
          folder,
          isPrivate ? { ...entry, resolved: `${registry}${name}/-/${file}-${entry.version}.tgz` } : entry,
        ];
      },
    ),
  );
}
