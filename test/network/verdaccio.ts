/** A real verdaccio on loopback that shows nothing to those who have not logged in, and asks no other registry. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../fakes/client.ts";
import type { Sandbox } from "../setup/sandbox.ts";
import type { NetworkTools } from "./tools.ts";

const PROCESS = join(import.meta.dirname, "verdaccio-process.mjs");
const USER = "ann";
const PASSWORD = "pass:word of ann";

/** No `middlewares`: its audit middleware would hand names on to npmjs. */
const CONFIG = `
storage: ./storage
auth:
  htpasswd:
    file: ./htpasswd
uplinks: {}
packages:
  "**":
    access: $authenticated
    publish: $authenticated
web:
  enable: false
log: { type: stdout, format: pretty, level: warn }
`;

export class Verdaccio {
  private constructor(
    /** Ends in "/". */
    readonly url: string,
    /** A token that it gave for {@link Verdaccio.login}. */
    readonly token: string,
    private readonly process: ChildProcessWithoutNullStreams,
  ) {}

  /** User and password. */
  readonly login = { user: USER, password: PASSWORD } as const;

  /** The URL as keys of `.npmrc` have it: `//127.0.0.1:PORT/`. */
  get nerfDart(): string {
    return this.url.replace("http:", "");
  }

  static async start({ node, verdaccio }: NetworkTools, sandbox: Sandbox): Promise<Verdaccio> {
    const config = join(sandbox.folder, "verdaccio.yaml");
    writeFileSync(config, CONFIG);
    const child = spawn(node, [PROCESS, verdaccio, config], { cwd: sandbox.folder, env: sandbox.env, stdio: "pipe" });
    try {
      const url = await addressOf(child);
      return new Verdaccio(url, await addUser(url), child);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Publishes as a developer does: with npm, and a token. */
  async publish(
    manifest: { readonly name: string; readonly version: string } & Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const project = new Project(manifest);
    try {
      writeFileSync(join(project.folder, "npmrc"), `${this.nerfDart}:_authToken=${this.token}\n`);
      await project.npm(this.url, "publish", "--ignore-scripts");
    } finally {
      project.remove();
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, "exit");
    this.process.stdin.end();
    await exit;
  }
}

/** Waits until it says where it listens. Throws with its words when it ends before that. */
async function addressOf({ stdout, stderr }: ChildProcessWithoutNullStreams): Promise<string> {
  let said = "";
  stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const port = /^port (\d+)$/m.exec(said)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}/`);
    });
    stdout.on("end", () => reject(new Error(`verdaccio did not start:\n${said}`)));
  });
}

/** https://github.com/npm/npm-profile, `loginCouch` and `adduserCouch`: what `npm adduser` sends. */
async function addUser(registry: string): Promise<string> {
  const response = await fetch(`${registry}-/user/org.couchdb.user:${USER}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ _id: `org.couchdb.user:${USER}`, name: USER, password: PASSWORD, type: "user", roles: [] }),
  });
  const answer: unknown = await response.json();
  if (typeof answer === "object" && answer !== null && "token" in answer && typeof answer.token === "string")
    return answer.token;
  throw new Error(`verdaccio took no new user: ${response.status} ${JSON.stringify(answer)}`);
}
