/** Commands of other packages that install scripts run by name: package managers put `node_modules/.bin` first on `PATH`. */
import { calledScripts } from "./called-scripts.ts";
import { installScripts } from "./install-scripts.ts";
import type { ScriptName } from "./install-scripts.ts";
import type { ReleaseFacts } from "./package.ts";

/** Programs, and words of shells, that run what is named behind them. */
const CARRIERS: ReadonlySet<string> = new Set([
  ...["npm", "pnpm", "yarn", "yarnpkg", "bun", "npx", "pnpx", "bunx", "corepack", "exec", "x", "dlx", "run"],
  ...["npm-run-all", "npm-run-all2", "run-s", "run-p", "concurrently", "nps", "wireit", "run-script-os", "per-env"],
  ...["cross-env", "cross-env-shell", "env", "dotenv", "dotenvx", "sh", "bash", "dash", "zsh", "cmd", "powershell"],
  ...["pwsh", "start", "call", "command", "time", "timeout", "nice", "nohup", "sudo", "xvfb-run", "exit-zero"],
  ...["if", "then", "elif", "else", "do", "while", "until", "not", "!", "{"],
]);

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Commands that install scripts call, each with the first script that does. */
export type CalledCommands = ReadonlyMap<string, ScriptName>;

/**
 * The commands that the install scripts of a release may run, themselves or in scripts that they run by name. Rather one too many than one too few: what stands in quotes may be a command too.
 */
export function commandsCalled(release: ReleaseFacts): CalledCommands {
  const present = known.get(release);
  if (present !== undefined) return present;
  const called = allCalled(release);
  known.set(release, called);
  return called;
}

/** Asked for by several, and for each pair of packages that a release adds. */
const known = new WeakMap<ReleaseFacts, CalledCommands>();

function allCalled(release: ReleaseFacts): CalledCommands {
  const called = new Map<string, ScriptName>();
  for (const [script, text] of installScripts(release)) {
    const texts = [text, ...calledScripts([text], release.calledScripts).values()];
    for (const command of texts.flatMap(commandsIn))
      // `npm run build` runs the script of that name.
      if (!called.has(command) && !release.calledScripts.has(command)) called.set(command, script);
  }
  return called;
}

function commandsIn(text: string): readonly string[] {
  return text.split(/[;&|()`"'\n\r]+/).flatMap((part) => {
    const commands: string[] = [];
    // Of the first word, and behind one that runs others of all.
    let isProgram = true;
    for (const word of part.replaceAll("\\", "/").split(/\s+/)) {
      if (word === "" || word.startsWith("-") || ASSIGNMENT.test(word)) continue;
      const command = commandOf(word);
      if (command !== null && (isProgram || word.includes(BIN_FOLDER))) commands.push(command);
      isProgram = CARRIERS.has(commands[0] ?? "");
    }
    return commands;
  });
}

const BIN_FOLDER = "node_modules/.bin/";

/** `tool` for `tool.cmd`, `tool@1` and `node_modules/.bin/tool`; null for any other path, which leads to a file. */
function commandOf(word: string): string | null {
  const [, behind] = word.split(BIN_FOLDER);
  const name = (behind ?? word).replace(/(?<=.)@.*/, "").replace(/\.(?:cmd|exe|ps1)$/, "");
  return name.includes("/") && !name.startsWith("@") ? null : name;
}

/** A command of a package that the install script of another one runs. */
export interface CommandCall {
  readonly command: string;
  readonly script: ScriptName;
}

/** null where no script is known to run any command of the package. */
export function callOf(called: CalledCommands, name: string, { bin }: Pick<ReleaseFacts, "bin">): CommandCall | null {
  if (bin?.size === 0) return null;
  // npx takes the name of a package too. Of commands without a name it is the likely one.
  const isOwn = (command: string): boolean =>
    command === name || (bin === null ? command === name.slice(name.indexOf("/") + 1) : bin.has(command));
  for (const [command, script] of called) if (isOwn(command)) return { command, script };
  return null;
}
