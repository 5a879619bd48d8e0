import { scalarAt, type ConfigScalar } from "../../documents/config/tree.ts";
import { describeDuration } from "../../util/duration.ts";
import { oneLine } from "../../util/sanitize.ts";
import { bunDuration } from "../cooldown/bun.ts";
import { isMistaken, ownFile, weakness, type Mend, type WeakInput, type Weakness } from "./weakness.ts";

export const BUN_MEND: Mend = { kind: "bunfig", path: ["install", "minimumReleaseAge"], value: 259_200 };

/** `minimumReleaseAge`, in seconds without a unit; exceptions are names only. https://bun.com/docs/runtime/bunfig#install-minimumreleaseage */
export function bunWeaknesses({ own }: WeakInput): readonly Weakness[] {
  const settings = ownFile(own, "bunfig");
  const scalar = settings === null ? null : scalarAt(settings, "install", "minimumReleaseAge");
  return scalar === null ? [] : age(scalar);
}

function age(scalar: ConfigScalar): readonly Weakness[] {
  const text = oneLine(scalar.text, 20);
  const ms = bunDuration(scalar);
  if (ms === null)
    return [
      weakness("bunfig", scalar, `minimumReleaseAge = ${text} is not a length of time: Bun stops at it.`, BUN_MEND),
    ];
  if (ms === 0)
    return [weakness("bunfig", scalar, `minimumReleaseAge = ${text} lets Bun install releases of any age.`, BUN_MEND)];
  const isBare = !/[a-z]/.test(scalar.text);
  return isBare && isMistaken(ms)
    ? [
        weakness(
          "bunfig",
          scalar,
          `minimumReleaseAge = ${text} is ${describeDuration(ms)}: without a unit Bun counts in seconds.`,
          BUN_MEND,
        ),
      ]
    : [];
}
