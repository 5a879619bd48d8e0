/**
 * A project whose `.npmrc` wants what is the person's: a secret of the environment, a login, the shared cache. Fakes that
 * are sent a secret fail the test (test/fakes/leaks.ts).
 */
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { startLoopback, type Loopback, json } from "../fakes/loopback.ts";
import type { RecordedRequest } from "../fakes/messages.ts";
import { type FakeOsv, startOsv } from "../fakes/osv.ts";
import { type FakeRegistry, startRegistry } from "../fakes/registry.ts";
import { ago, lockfileText, manifestText } from "../setup/projects.ts";
import { CLI, Sandbox } from "../setup/sandbox.ts";
import type { ScanJson } from "../cli/cli.ts";

const SECRET = "private-secret-of-the-environment";
const TOKEN = "private-token-of-the-person";
/** pnpm 11 would install before it runs a script, and npm asks the registry for itself. */
const QUIET = { pnpm_config_verify_deps_before_run: "false", NPM_CONFIG_UPDATE_NOTIFIER: "false" };
const NAME = "open-new";
const DECLARED = { [NAME]: "^1.0.0" };

export class ScriptWorld extends Sandbox {
  private constructor(
    readonly registry: FakeRegistry,
    /** The person's registry, which alone may see the person's token. */
    readonly own: FakeRegistry,
    readonly osv: FakeOsv,
    /** Answers everything with a release that is old. */
    readonly proxy: Loopback<RecordedRequest>,
  ) {
    super();
    this.fill("");
    registry.publish(NAME, "1.0.0", { at: ago({ hours: 2 }) });
    own.publish(NAME, "1.0.0", { at: ago({ hours: 2 }) });
  }

  static async create(): Promise<ScriptWorld> {
    return new ScriptWorld(
      await startRegistry(),
      await startRegistry({ token: TOKEN }),
      await startOsv(),
      await startLoopback(
        (request) => request,
        () => json(200, OLD),
      ),
    );
  }

  /** The person's own files are where they usually are; a secret is in the environment. */
  override get env(): Record<string, string> {
    const { PATH = "", HOME = "" } = super.env;
    const globalconfig = join(this.folder, "home", "global-npmrc");
    return { PATH, HOME, NPM_CONFIG_GLOBALCONFIG: globalconfig, AWS_SECRET_ACCESS_KEY: SECRET, ...QUIET };
  }

  /** A project that is scanned by its script, in a folder below the sandbox's project. */
  fill(folder: string): void {
    const scripts = { scan: `"${process.execPath}" "${CLI}" ${this.scan.join(" ")}` };
    this.write(join(folder, "package.json"), manifestText(DECLARED, { private: true, scripts }));
    const locked = { version: "1.0.0", resolved: `https://registry.npmjs.org/${NAME}/-/${NAME}-1.0.0.tgz` };
    this.write(join(folder, "package-lock.json"), lockfileText(DECLARED, { [NAME]: locked }));
  }

  /** Of the command line: the findings are written to a file, beside what package managers print. */
  get scan(): readonly string[] {
    const result = ["--format", "json", "--output", this.result];
    return ["scan", ".", "--osv", this.osv.url, "--cache-dir", this.cacheDir, ...result];
  }

  get cli(): string {
    return CLI;
  }

  get result(): string {
    return join(this.folder, "result.json");
  }

  writePersonal(text: string): void {
    writeFileSync(this.userConfig, text);
  }

  /** The line with the person's login for the person's registry. */
  get login(): string {
    return `${this.own.url.replace("http:", "")}:_authToken=${TOKEN}\n`;
  }

  async end(): Promise<void> {
    await Promise.all([this.registry.close(), this.own.close(), this.osv.close(), this.proxy.close()]);
    this.remove();
  }
}

const OLD = {
  name: NAME,
  "dist-tags": { latest: "1.0.0" },
  versions: { "1.0.0": { name: NAME, version: "1.0.0", dist: { tarball: "http://127.0.0.1:1/x.tgz" } } },
  time: { created: ago({ days: 900 }), modified: ago({ days: 900 }), "1.0.0": ago({ days: 900 }) },
};

export function rulesOf({ findings }: ScanJson): readonly string[] {
  return findings.filter(({ package: name }) => name === NAME).map(({ rule }) => rule);
}

interface Attempt {
  readonly write: (world: ScriptWorld) => void;
  /** What npm exports of it, by setting. */
  readonly exported: (world: ScriptWorld) => Readonly<Record<string, string>>;
}

/** What a project's `.npmrc` tries. What comes of it is the same with and without a package manager around. */
export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  "a variable of the environment, to a registry of its own": {
    write: (world) => {
      world.write(".npmrc", toProjects(world));
    },
    exported: ({ registry }) => ({ registry: registry.url }),
  },
  "the same out of a file in place of the person's": {
    write: (world) => {
      world.write(".npmrc", "userconfig=./other.npmrc\n");
      world.write("other.npmrc", toProjects(world));
    },
    exported: ({ registry, project }) => ({ registry: registry.url, userconfig: join(project, "other.npmrc") }),
  },
  "the person's login, through a proxy of its own": {
    write: (world) => {
      world.writePersonal(`registry=${world.own.url}\n${world.login}`);
      world.write(".npmrc", `proxy=${world.proxy.origin}\nhttps-proxy=${world.proxy.origin}\n`);
    },
    exported: ({ own, proxy }) => ({ registry: own.url, proxy: proxy.origin, "https-proxy": proxy.origin }),
  },
};

function toProjects({ registry }: ScriptWorld): string {
  return `registry=${registry.url}\n${registry.url.replace("http:", "")}:_authToken=\${AWS_SECRET_ACCESS_KEY}\n`;
}
