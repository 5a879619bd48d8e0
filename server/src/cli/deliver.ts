import type { Printed } from "./printed.ts";
import type { CliWorld } from "./world.ts";

/** Writes to standard output or the file given. false, with a word on standard error, when the file cannot be written. */
export async function deliver(
  text: Printed,
  output: string | undefined,
  world: Pick<CliWorld, "stdout" | "stderr" | "writeFile">,
): Promise<boolean> {
  if (output === undefined) {
    world.stdout.write(text);
    return true;
  }
  const written = await world.writeFile(output, text);
  if (!written.known) world.stderr.line(`${output} could not be written: ${written.reason}`);
  return written.known;
}
