/** A process that uses a fact store until it is killed. Arguments: the folder, a seed. What is wrong it writes to standard error. */
import { FactStore } from "../../server/src/io/fact-store.ts";
import { random as seeded } from "../setup/random.ts";
import { MOST_BYTES } from "./store-bounds.ts";
import { KEYS, textFor, whatIsWrong } from "./store-texts.ts";

const [folder = "", seed = "0"] = process.argv.slice(2);
const random = seeded(Number(seed));
const say = (message: string) => void process.stderr.write(`${message}\n`);
const store = new FactStore(folder, { info: say, warn: say }, { mostBytes: MOST_BYTES });

async function use(round: number): Promise<void> {
  const keys = Array.from({ length: 20 }, () => Math.floor(random() * KEYS));
  for (const key of keys) {
    const text = textFor(key, process.pid, round);
    store.put(`key ${key}`, text, { mark: text.slice(0, text.indexOf(";") + 1) });
  }
  if (random() < 0.5) await store.settled();
  const found = await Promise.all(keys.map((key) => store.get(`key ${key}`)));
  for (const [index, stored] of found.entries()) {
    const wrong = stored === null ? null : whatIsWrong(keys[index] ?? -1, stored);
    if (wrong !== null) say(wrong);
  }
  if (random() < 0.05) await store.maintain();
  if (random() < 0.02) await store.clear();
}

// A writer whose test is gone must not stay.
process.stdin.on("end", () => process.exit()).resume();
void (async () => {
  for (let round = 0; ; round++) await use(round);
})();
