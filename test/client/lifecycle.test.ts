/** Starts and stops of the server, as the editor asks for them: never two servers, and never none where one was asked for. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Lifecycle } from "../../client/src/lifecycle.ts";

/** Servers that take a moment to start and to end, as the language client's do. */
class Servers {
  readonly log: string[] = [];
  running = 0;
  /** At one time. */
  most = 0;
  failsToEnd = false;
  failsToStart = false;
  #made = 0;

  readonly lifecycle = new Lifecycle(
    () => this.#begin(),
    (error) => this.log.push(String(error)),
  );

  async #begin(): Promise<{ dispose(): Promise<void> } | null> {
    const number = ++this.#made;
    this.running++;
    this.most = Math.max(this.most, this.running);
    await sleep(5);
    if (this.failsToStart) {
      this.running--;
      return null;
    }
    this.log.push(`started ${number}`);
    return {
      dispose: async () => {
        await sleep(5);
        this.running--;
        this.log.push(`ended ${number}`);
        if (this.failsToEnd) throw new Error(`${number} timed out`);
      },
    };
  }
}

test("a restart while it starts, and another at once: one server in the end, and one that came after both", async () => {
  const servers = new Servers();
  const { lifecycle } = servers;
  await Promise.all([lifecycle.start(), lifecycle.restart(), lifecycle.restart(), lifecycle.restart()]);
  expect(servers.log).toEqual(["started 1", "ended 1", "started 2"]);
  expect(servers.running).toBe(1);
  expect(servers.most).toBe(1);
});

test("a restart that has begun does not serve one that is asked for later: what it tells the server may have changed", async () => {
  const servers = new Servers();
  const { lifecycle } = servers;
  await lifecycle.start();
  const first = lifecycle.restart();
  await sleep(1);
  await Promise.all([first, lifecycle.restart()]);
  expect(servers.log).toEqual(["started 1", "ended 1", "started 2", "ended 2", "started 3"]);
});

test("a stop after a restart ends the new server; a restart after that starts one", async () => {
  const servers = new Servers();
  const { lifecycle } = servers;
  await lifecycle.start();
  void lifecycle.restart();
  await lifecycle.stop();
  expect(servers.running).toBe(0);
  expect(lifecycle.running).toBeNull();
  await Promise.all([lifecycle.restart(), lifecycle.stop(), lifecycle.restart()]);
  expect(servers.running).toBe(1);
});

test("a server that does not end in good order is told of, and the next one starts", async () => {
  const servers = new Servers();
  const { lifecycle } = servers;
  await lifecycle.start();
  servers.failsToEnd = true;
  await lifecycle.restart();
  expect(servers.log).toEqual(["started 1", "ended 1", "Error: 1 timed out", "started 2"]);
  expect(lifecycle.running).not.toBeNull();
});

test("a server that could not start is none, and a restart tries again", async () => {
  const servers = new Servers();
  const { lifecycle } = servers;
  servers.failsToStart = true;
  await lifecycle.start();
  expect(lifecycle.running).toBeNull();
  servers.failsToStart = false;
  await lifecycle.restart();
  expect(lifecycle.running).not.toBeNull();
  expect(servers.running).toBe(1);
});
