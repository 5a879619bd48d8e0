/** Entry that VS Code's extension host runs, see `extensionTestsPath`. */
import { runAll } from "../runner.ts";
import { editingTests } from "./editing.ts";
import { extensionTests } from "./extension.ts";
import { findingTests } from "./findings.ts";

export async function run(): Promise<void> {
  const results = process.env["DEPWARDEN_HOST_RESULTS"];
  if (results === undefined) throw new Error("DEPWARDEN_HOST_RESULTS names the file that takes the results.");
  const failed = (await runAll([...extensionTests, ...findingTests, ...editingTests], { results })).filter(
    ({ error }) => error !== null,
  );
  if (failed.length > 0) throw new Error(`${failed.length} failed`);
}
