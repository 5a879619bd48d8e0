import type { Fact } from "../core/facts/fact.ts";
import type { CliOptions } from "./options.ts";
import type { Printed } from "./printed.ts";
import type { CliShell, CliWorld } from "./world.ts";

/** Whether text has colours; a file never does. */
export function isPainted(
  { output, color }: Pick<CliOptions, "output" | "color">,
  { stdout }: Pick<CliShell, "stdout">,
): boolean {
  return output === undefined && color !== false && stdout.hasColors;
}

/** Writes to standard output or the file given. false, with a line on standard error, when it could not be written. */
export async function deliver(
  text: Printed,
  output: string | undefined,
  world: Pick<CliWorld, "stdout" | "stderr" | "writeFile">,
): Promise<boolean> {
  if (output === undefined) return print(text, world);
  return isWritten(await world.writeFile(output, text), output, world);
}

/** Writes to standard output; as `deliver`. */
export async function print(text: Printed, shell: Pick<CliShell, "stdout" | "stderr">): Promise<boolean> {
  return isWritten(await shell.stdout.write(text), "standard output", shell);
}

function isWritten(written: Fact<null>, where: string, { stderr }: Pick<CliShell, "stderr">): boolean {
  if (!written.known) stderr.line(`${where} could not be written: ${written.reason}`);
  return written.known;
}
