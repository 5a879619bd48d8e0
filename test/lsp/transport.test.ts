/** The server that nobody says how to talk to. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { SERVER } from "../setup/sandbox.ts";

test.each([[[]], [["--help"]], [["--node-ipc"]], [["--socket"]], [["--socket=x"]], [["--pipe"]]])(
  "%j: says how it is started, and ends with 2",
  (args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SERVER, ...args], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("node dist/server.js --stdio");
    expect(stderr).not.toMatch(/^ +at /m);
  },
);
