import { build } from "esbuild";
import type { Metafile } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { bundles } from "../../scripts/bundles.mjs";
import { BOUNDS, DATA_BOUND, dataSize, sizeOf } from "./bounds.ts";

/** What is smaller than this share of its bound has a bound that is to be lowered. */
const SHARE = 0.85;

describe("minified", () => {
  let outputs: Metafile["outputs"];
  beforeAll(async () => {
    const built = bundles({ minify: true }).map((options) => build({ ...options, write: false }));
    outputs = Object.assign(
      {},
      ...(await Promise.all(built)).map(({ metafile }) => metafile.outputs),
    ) as typeof outputs;
  });

  test.each(Object.entries(BOUNDS))("%s is within its bounds", (program, bound) => {
    const { atStart, inAll } = sizeOf(outputs, program);
    expect(atStart).toBeLessThanOrEqual(bound.atStart);
    expect(inAll).toBeLessThanOrEqual(bound.inAll);
    expect(inAll).toBeGreaterThan(bound.inAll * SHARE);
  });

  test("the data beside them is within its bound", () => {
    expect(dataSize(outputs)).toBeLessThanOrEqual(DATA_BOUND);
    expect(dataSize(outputs)).toBeGreaterThan(DATA_BOUND * SHARE);
  });

  test("server and command line share their engine", () => {
    const modules = Object.entries(outputs).filter(([path]) => path.endsWith(".mjs"));
    const together = modules.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    const apart = sizeOf(outputs, "server.js").inAll + sizeOf(outputs, "cli.js").inAll;
    expect(together).toBeLessThan(0.6 * apart);
  });
});
