/** A version that turns out to be compromised while it is shown: the person is told once. */
import { expect, test } from "vitest";
import { malware } from "../fakes/osv.ts";
import { ago } from "../setup/projects.ts";
import { NEOVIM_0_9 } from "./editor-shapes.ts";
import type { RawClient } from "./raw-client.ts";
import { isCompromised, rawWorlds } from "./raw-world.ts";

const raw = rawWorlds();

/** Has everything asked for and checked anew. */
async function clear(client: RawClient): Promise<void> {
  const from = client.received.length;
  await client.request("workspace/executeCommand", { command: "depwarden.clearCache" });
  await client.until(
    ({ method, params }) => method === "depwarden/status" && (params as { checking: unknown }).checking === null,
    "still checking",
    from,
  );
}

test("one message, which leads there", async () => {
  const { world } = raw();
  world.osv.remove("MAL-2099-1");
  const messages: unknown[] = [];
  const documents: unknown[] = [];
  const client = await raw().start(NEOVIM_0_9, {
    params: {
      capabilities: { ...NEOVIM_0_9.capabilities, window: { showDocument: { support: true } } },
    },
    answers: {
      "window/showMessageRequest": (params) => {
        messages.push(params);
        return { title: "Show" };
      },
      "window/showDocument": (params) => {
        documents.push(params);
        return { success: true };
      },
    },
  });
  const uri = raw().open(client);
  await client.diagnostics(uri, (codes) => !isCompromised(codes));
  await client.until(({ method }) => method === "depwarden/status", "no status");
  await clear(client);
  world.osv.add(malware("MAL-2099-1", "bad", ["1.1.0"], { published: ago({ days: 1 }) }));
  await clear(client);
  await client.diagnostics(uri, isCompromised);
  await client.until(() => documents.length > 0, "nothing was shown");
  await clear(client);
  expect(messages).toEqual([
    {
      type: 2,
      message: "bad 1.1.0 is compromised: it is named as malware by MAL-2099-1. Safe version: 1.0.0.",
      actions: [{ title: "Show" }],
    },
  ]);
  expect(documents).toEqual([
    { uri: expect.stringContaining("package") as string, takeFocus: true, selection: expect.anything() as unknown },
  ]);
});

test("none for what was compromised from the start", async () => {
  const client = await raw().start(NEOVIM_0_9);
  const uri = raw().open(client);
  await client.diagnostics(uri, isCompromised);
  await clear(client);
  await client.diagnostics(uri, isCompromised);
  expect(client.params("window/showMessage")).toEqual([]);
});
