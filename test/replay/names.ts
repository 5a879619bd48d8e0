/** What is said of names alone, as if all their packages were young. */
import data from "../../server/src/core/catalogue/catalogue.json" with { type: "json" };
import { slipOf, type Slip } from "../../server/src/core/popular/slip.ts";
import { isWidelyUsed } from "../../server/src/core/popular/widely-used.ts";
import { ordinaryPackages } from "./data.ts";

export interface NameAlarm {
  readonly name: string;
  readonly slip: Slip;
}

export interface NamesResult {
  /** Different names, without those that are widely used. */
  readonly names: number;
  readonly alarms: readonly NameAlarm[];
}

export function judgeNames(names: Iterable<string>): NamesResult {
  const others = [...new Set(names)].filter((name) => !isWidelyUsed(name));
  const alarms = others.flatMap((name) => {
    const slip = slipOf(name);
    return slip === null ? [] : [{ name, slip }];
  });
  return { names: others.length, alarms };
}

/** What the replay's ordinary packages and their dependencies are called. */
export function ordinaryNames(): readonly string[] {
  return ordinaryPackages("ordinary").flatMap(({ packages }) =>
    Object.entries(packages).flatMap(([name, releases]) => [
      name,
      ...Object.values(releases).flatMap(({ dependencies, optionalDependencies }) =>
        Object.keys({ ...dependencies, ...optionalDependencies }),
      ),
    ]),
  );
}

/** Incident → the names of its packages, of those that were made to be mistaken for others. */
export function lookAlikeCampaigns(): ReadonlyMap<string, readonly string[]> {
  const campaigns = data.incidents.filter(({ technique }) => technique === "typosquat");
  return new Map(campaigns.map(({ id, packages }) => [id, packages.map((entry) => entry.split(" ", 1)[0] ?? entry)]));
}

/** The kind as the rule's page calls it. */
export function kindOf(slip: Slip): string {
  switch (slip.kind) {
    case "typo":
      return "a typo in the name";
    case "scope typo":
      return "a typo in the scope alone";
    case "part added":
      return slip.part.startsWith("@") ? "a scope of the same name added" : "js added";
    case "part left out": {
      const part = slip.part.endsWith("js") ? "js" : slip.part.endsWith("/") ? "the scope" : "a prefix";
      return slip.typo ? "the scope or a prefix left out, and a typo" : `${part} left out`;
    }
  }
}
