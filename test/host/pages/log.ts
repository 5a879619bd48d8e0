/** The log of the extension, as somebody reads it who looks for an error. */
import { text, until } from "../wait.ts";
import type { PageTest } from "./page-test.ts";

export const log: readonly PageTest[] = [
  {
    name: "depwarden.trace.server writes the messages to the log, at the log's own level",
    moment: "after",
    options: { settings: { "depwarden.trace.server": "messages" } },
    run: async (workbench) => {
      await workbench.openFile("package.json");
      await workbench.runCommand("Depwarden: Show Log");
      const output = workbench.page.locator(".panel .view-lines").first();
      let seen = "";
      const look = async (): Promise<boolean> => {
        seen = await output.innerText({ timeout: 2000 }).catch(() => "");
        // Only the lines in view are there, so no message by its name.
        return /\[info\] (?:Sending|Received) (?:request|response|notification) '/.test(text(seen));
      };
      await until("a traced message", look, { saw: () => seen });
    },
  },
];
