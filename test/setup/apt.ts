import { spawnSync } from "node:child_process";

/** Runs apt-get without questions. Throws with its words where it fails. */
export function apt(...args: string[]): void {
  const { status, stderr, error } = spawnSync("apt-get", ["-q", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`apt-get ${args.join(" ")} failed (${String(status)}):\n${stderr}`);
}
