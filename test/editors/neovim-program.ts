/** Neovim: found, or installed where that is plainly possible. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { apt } from "../setup/apt.ts";

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
