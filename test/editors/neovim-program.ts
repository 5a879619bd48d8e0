/** Neovim: found, or installed where that is plainly possible. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The program's name. Throws with what to install where there is none. */
export function neovim(): string {
  if (runs("nvim")) return "nvim";
  const debian = process.platform === "linux" && existsSync("/etc/debian_version");
  if (debian && process.getuid?.() === 0) {
    process.stderr.write("No Neovim found: installing the system package `neovim` with apt-get…\n");
    apt("update");
    apt("install", "-y", "--no-install-recommends", "neovim");
    if (runs("nvim")) return "nvim";
  }
  throw new Error(
    "This test drives Neovim, and there is no `nvim` on the PATH. " +
      (debian ? "Install it with `sudo apt-get install neovim`." : "Install Neovim 0.7 or newer."),
  );
}

function runs(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

function apt(...args: string[]): void {
  const { status, stderr, error } = spawnSync("apt-get", ["-q", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`apt-get ${args.join(" ")} failed (${String(status)}):\n${stderr}`);
}
