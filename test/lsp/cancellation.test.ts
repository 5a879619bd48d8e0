/** Requests that the client takes back: answered at once, by the code for it, and not waited for any longer. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CancellationTokenSource, CodeActionRequest, type Diagnostic, HoverRequest } from "vscode-languageserver/node";
import { cancellable } from "../../server/src/lsp/cancellation.ts";
import { Notifier } from "../../server/src/lsp/notifier.ts";
import { ago, manifestText, specifierIn } from "../setup/projects.ts";
import { World } from "./world.ts";

/** `RequestCancelled` of the protocol. */
const CANCELLED = -32800;
const NEVER = new AbortController().signal;
const TEXT = manifestText({ stuck: "^1.0.0", fresh: "1.1.0" });

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.registry.publish("fresh", "1.1.0", { at: ago({ hours: 5 }) });
});
afterEach(() => world.end());

test("a hover, and quick fixes, that wait for a registry", async () => {
  world.registry.fail("stuck", { kind: "hang" });
  const client = await world.start();
  const uri = await world.open(client, "package.json", TEXT);
  await client.until(
    () => (world.registry.requests.length > 0 ? true : undefined),
    () => "nothing was asked",
  );
  const range = specifierIn(TEXT, "fresh");
  const cancel = new CancellationTokenSource();
  const failure = (sent: Promise<unknown>): Promise<unknown> =>
    sent.then(
      () => "an answer",
      (error: unknown) => error,
    );
  const outcomes = [
    failure(
      client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: range.start }, cancel.token),
    ),
    failure(
      client.connection.sendRequest(
        CodeActionRequest.type,
        {
          textDocument: { uri },
          range,
          context: { diagnostics: [] as Diagnostic[], only: ["source.fixAll.depwarden"] },
        },
        cancel.token,
      ),
    ),
  ];
  const published = client.published.length;
  cancel.cancel();
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ code: CANCELLED });
  // No step of the check has come in between: the answers waited for none.
  expect(client.published.length).toBe(published);
  // Another hover is not held up by that.
  expect(await client.hover(uri, range.start)).not.toBeNull();
});

test("work that does not notice is not waited for; what fails otherwise fails as it did", async () => {
  const source = new CancellationTokenSource();
  const never = cancellable(source.token, NEVER, () => new Promise(() => undefined));
  source.cancel();
  await expect(never).rejects.toMatchObject({ code: CANCELLED });
  await expect(cancellable(source.token, NEVER, () => Promise.resolve(1))).rejects.toMatchObject({ code: CANCELLED });
  const other = new CancellationTokenSource();
  await expect(cancellable(other.token, NEVER, () => Promise.reject(new Error("a mistake")))).rejects.toThrow(
    "a mistake",
  );
  expect(await cancellable(other.token, NEVER, () => Promise.resolve(1))).toBe(1);
});

test("who has stopped waiting for a step is not kept", async () => {
  const steps = new Notifier();
  const stopped = Array.from({ length: 100 }, () => new AbortController());
  const given = stopped.map(({ signal }) => steps.next(signal).catch(() => "stopped"));
  const patient = steps.next(new AbortController().signal);
  expect(steps.waiting).toBe(101);
  for (const controller of stopped) controller.abort();
  expect(new Set(await Promise.all(given))).toEqual(new Set(["stopped"]));
  expect(steps.waiting).toBe(1);
  steps.notify();
  await patient;
  expect(steps.waiting).toBe(0);
  expect(() => steps.next(AbortSignal.abort())).toThrow();
});
