/** For showing what is known while some of it is still awaited. */
import type { AdvisoryFacts } from "../core/facts/advisory.ts";
import { unknown } from "../core/facts/fact.ts";
import type { Fact, Unknown } from "../core/facts/fact.ts";
import type { Packument } from "../core/facts/package.ts";
import type { Finding } from "../core/engine/finding.ts";
import type { ProjectReport } from "../core/engine/inspect.ts";
import type { Ports } from "../core/ports.ts";
import { within } from "./within.ts";

/** How long each look-up is waited for, ms: enough for what is in memory or on disk. */
const PATIENCE = 100;

const NOT_YET: Unknown = unknown("pending", "the answer is still awaited");

/** Ports that do not wait for the network: what is not in by then is unknown, as `pending`. Nothing is cancelled by that. */
export function partialPorts(ports: Ports): Ports {
  const { registry, advisories } = ports;
  return {
    ...ports,
    registry: {
      resolve: (name, folder) => registry.resolve(name, folder),
      resolveNamed: (registryName, name, folder) => registry.resolveNamed(registryName, name, folder),
      packument: (ref, detail, cancel) =>
        within<Fact<Packument>, Unknown>(PATIENCE, registry.packument(ref, detail, cancel), NOT_YET),
      tarballModified: (ref, tarball, cancel) =>
        within<Fact<number>, Unknown>(PATIENCE, registry.tarballModified(ref, tarball, cancel), NOT_YET),
    },
    advisories: {
      lookup: (releases, cancel) =>
        within<readonly AdvisoryFacts[], readonly AdvisoryFacts[]>(
          PATIENCE,
          advisories.lookup(releases, cancel),
          // The catalogue is at hand, so it need not wait for the services.
          releases.map(({ name, version }) => ({
            found: ports.catalogue.advisories(name, version),
            missing: [NOT_YET],
          })),
        ),
    },
  };
}

/** The report without what it says of answers that are still awaited. */
export function settledPart(report: ProjectReport): ProjectReport {
  const findings = report.findings.filter(({ unknown: gap }) => gap?.code !== "pending");
  const awaiting = findings.map((finding): Finding =>
    finding.remedy.kind === "none-known" ? { ...finding, remedy: { kind: "awaited" } } : finding,
  );
  return { ...report, findings: awaiting, isWhole: false };
}
