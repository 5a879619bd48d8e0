/** Prints how long the extension takes to start, as VS Code itself shows it: `npm run bench:activation -- RUNS`. */
import { openWorkbench } from "../test/host/page.ts";
import { TALL } from "../test/host/workbench.ts";
import { openWorld, root } from "../test/host/world.ts";
import { machine } from "./machine.ts";
import { tableOf } from "./table.ts";

const RUNS = 7;

/** ms: what the extension's code took to load and its `activate` to return. */
async function activation(): Promise<number> {
  const world = await openWorld("after");
  try {
    const { settings, env, project } = world;
    const open = await openWorkbench({ extension: root, folder: project, env, settings, size: TALL });
    try {
      await open.workbench.openFile("package.json");
      await open.workbench.languageStatus("Depwarden");
      const running = await open.workbench.runningExtensions();
      const own = running.find(({ name }) => name === "Depwarden");
      if (own === undefined || Number.isNaN(own.activation))
        throw new Error(`VS Code shows no time for Depwarden: ${JSON.stringify(running)}`);
      return own.activation;
    } finally {
      await open.close();
    }
  } finally {
    await world.close();
  }
}

async function main(): Promise<void> {
  const samples: number[] = [];
  for (let run = Number(process.argv[2] ?? RUNS); run > 0; run--) samples.push(await activation());
  const row = { what: "activation of the extension in VS Code", unit: "ms", samples, target: "≤ 50 ms" } as const;
  process.stdout.write(`${machine()}\n\n${tableOf([row])}\n`);
}

void main();
