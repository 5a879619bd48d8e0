/** Scripts of a package that its install scripts run by name. */

/** Programs that run a script of the package by its name. */
const RUNNERS: ReadonlySet<string> = new Set([
  ...["npm", "pnpm", "yarn", "bun", "npx", "pnpx", "bunx", "node", "corepack"],
  ...[
    "npm-run-all",
    "npm-run-all2",
    "run-s",
    "run-p",
    "concurrently",
    "nps",
    "wireit",
    "nr",
    "ni",
    "lerna",
    "turbo",
    "nx",
  ],
  ...["yarn-or-npm", "yarpm", "npm_execpath", "run-script-os", "per-env"],
]);

/** Words of package managers that run scripts of other names: https://docs.npmjs.com/cli/v11/using-npm/scripts */
const IN_OTHER_WORDS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["t", ["test"]],
  ["tst", ["test"]],
  ["restart", ["stop", "start"]],
  ...["it", "install-test", "cit", "clean-install-test", "sit"].map((word): [string, readonly string[]] => [
    word,
    ["test", "prepare"],
  ]),
  ...["i", "in", "add", "install", "ci", "clean-install", "ic"].map((word): [string, readonly string[]] => [
    word,
    ["preinstall", "install", "postinstall", "prepublish", "prepare"],
  ]),
]);

/** Programs that run the script which is called as the present one with something behind a colon: `postinstall:linux`. */
const BY_SUFFIX: ReadonlySet<string> = new Set(["run-script-os", "per-env"]);

/** With more patterns in a text, every script counts as named by one. */
const MOST_PATTERNS = 10;

/**
 * Names of scripts that a text may run, as `npm run NAME`, `run-s "build:*"` or `concurrently npm:NAME`, each with what runs
 * before and after it. Rather one too many than one too few: any word counts that is the name of a script, in a text that
 * names a program which can run it.
 */
export function mentionedScripts(text: string, scripts: ReadonlyMap<string, string>): readonly string[] {
  if (scripts.size === 0) return [];
  const words = new Set(text.split(/[\s"'`;&|()<>=]+/).map((word) => word.replace(/^npm:/, "")));
  if (![...words].some((word) => RUNNERS.has(programOf(word)))) return [];
  const patterns = [...words].filter((word) => word.includes("*")).map((word) => word.slice(0, word.indexOf("*")));
  if (patterns.length > MOST_PATTERNS) return [...scripts.keys()];
  const isBySuffix = [...words].some((word) => BY_SUFFIX.has(programOf(word)));
  const names = [
    ...[...words].flatMap((word) => [word, ...(IN_OTHER_WORDS.get(word) ?? [])]),
    ...[...scripts.keys()].filter(
      (name) => patterns.some((start) => name.startsWith(start)) || (isBySuffix && name.includes(":")),
    ),
  ];
  const around = names.flatMap((name) => (scripts.has(name) ? [`pre${name}`, name, `post${name}`] : []));
  return [...new Set(around)].filter((name) => scripts.has(name));
}

/** `npm` for `/usr/bin/npm` and `npm.cmd`. */
function programOf(word: string): string {
  const name = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1);
  return name.replace(/[$%{}]/g, "").replace(/\.(?:cmd|exe|js)$/, "");
}

/**
 * Of `scripts`, those that one of `texts` runs by name, directly or through others.
 * @param isTaken whether one more is taken; the first that is not ends the search
 */
export function calledScripts(
  texts: readonly string[],
  scripts: ReadonlyMap<string, string>,
  isTaken: (text: string) => boolean = () => true,
): ReadonlyMap<string, string> {
  const called = new Map<string, string>();
  const open = [...texts];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    for (const name of mentionedScripts(text, scripts)) {
      const own = scripts.get(name);
      if (own === undefined || called.has(name)) continue;
      if (!isTaken(own)) return called;
      called.set(name, own);
      open.push(own);
    }
  }
  return called;
}
