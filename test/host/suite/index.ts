/** Entry that VS Code's extension host runs, see `extensionTestsPath`. */
import { runAll } from "../runner.ts";
import { extensionTests } from "./extension.ts";

export async function run(): Promise<void> {
  const results = process.env["DEPWARDEN_HOST_RESULTS"];
  if (results === undefined) throw new Error("DEPWARDEN_HOST_RESULTS names the file that takes the results.");
  const failed = (await runAll(extensionTests, { results })).filter(({ error }) => error !== null);
  if (failed.length > 0) throw new Error(`${failed.length} failed`);
}
