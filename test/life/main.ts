/** `npm run life [-- STEPS [SEED]]`: the life of two windows, and what came of it. */
import { live, type LifeSample } from "./life.ts";

const [steps = "10000", seed = "1"] = process.argv.slice(2);
const CHECKS = 20;

async function main(): Promise<void> {
  const every = Math.max(1, Math.floor(Number(steps) / CHECKS));
  const onCheck = ({ step, heaps }: LifeSample): void => {
    console.log(`after ${step}: ${heaps.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(", ")} in use`);
  };
  const { samples, differences, counts } = await live({ steps: Number(steps), seed: Number(seed), every, onCheck });
  for (const difference of differences) console.error(difference);
  const done = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  console.log(
    `${steps} steps (seed ${seed}; ${done.join(", ")}): ${differences.length} differences at ${samples.length} comparisons`,
  );
  process.exitCode = differences.length === 0 ? 0 : 1;
}

void main();
