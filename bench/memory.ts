/** The most memory that a process has had. */
import { readFileSync } from "node:fs";

/** MB, from the text of Linux's `/proc/PID/status`; NaN where it does not tell. */
export function peakMemory(status: string): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kilobytes) / 1024;
}

/** MB; NaN where the system does not tell. */
export function peakMemoryOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== "linux") return Number.NaN;
  return peakMemory(readFileSync(`/proc/${pid}/status`, "utf8"));
}
