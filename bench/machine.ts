/** The machine that figures are of, in one line. */
import { cpus, loadavg } from "node:os";

export function machine(): string {
  const load = (loadavg()[0] ?? Number.NaN).toFixed(1);
  return `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, load ${load}`;
}
