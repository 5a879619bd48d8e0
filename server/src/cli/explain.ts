import { printable } from "../../../common/shown-text.ts";
import { parseSpecifier } from "../core/documents/specifier.ts";
import { describeDuration, describeMoment } from "../core/util/duration.ts";
import { enclosingProject, explainRelease } from "../core/engine/explain.ts";
import { packageSource } from "../core/engine/package-source.ts";
import type { Judged } from "../core/engine/findings.ts";
import type { ReleaseFacts } from "../core/facts/package.ts";
import { releaseOf } from "../core/facts/subject.ts";
import type { Subject } from "../core/facts/subject.ts";
import { oneLine } from "../core/util/sanitize.ts";
import type { ReleaseRef } from "../core/ports.ts";
import { pathBetween } from "../core/util/uri.ts";
import { versionTaken } from "../core/ranges.ts";
import { adviceOf, remedyOf } from "../core/engine/remedy.ts";
import { isAtLeast } from "../core/rules/rule.ts";
import { keptFromOsv } from "../core/settings/suppressions.ts";
import { deliver, isPainted } from "./deliver.ts";
import { isExpectedGap } from "./expected-gap.ts";
import type { CliOptions } from "./options.ts";
import { printedJson, printedRows, styled } from "./printed.ts";
import type { Row } from "./printed.ts";
import type { ExitCode } from "./scan.ts";
import { settingsFor, suppressedBy, suppressionNotes } from "./settings.ts";
import type { CliPorts, CliWorld } from "./world.ts";

/** What is known of one release, and what the rules say of it. */
export async function explain(
  what: string,
  options: CliOptions,
  world: CliWorld,
  signal: AbortSignal,
): Promise<ExitCode> {
  const folder = world.toUri(world.cwd);
  const own = await settingsFor(folder, options, world.files, signal);
  const { settings, problems } = own;
  for (const problem of problems) world.stderr.line(problem);
  const { cacheDir, cache, asOf = null, verbose = false } = options;
  const project = await enclosingProject(folder, world.files, signal);
  const ports = world.makePorts(settings, { cacheDir, cache, asOf, verbose, folders: [project] });
  const [release] = await Promise.all([releaseNamed(what, project, ports, signal), ports.refreshCatalogue(signal)]);
  if (typeof release === "string") {
    world.stderr.line(`${oneLine(what)}: ${release}`);
    return 2;
  }
  const judged = await explainRelease(release, ports, settings, project, signal);
  await ports.settled();
  const { projectCooldown } = judged;
  const reports = [{ allowed: [], projectCooldown, keptFromOsv: keptFromOsv([{ release }]) }];
  const pathOf = (uri: string): string => pathBetween(folder, uri);
  const suppressed = suppressedBy(own, options, { reports, excluded: [], pathOf });
  for (const note of suppressionNotes(suppressed, pathOf(own.uri), world.displayPath(own.uri))) world.stderr.line(note);
  const now = ports.clock.now();
  const colors = isPainted(options, world);
  const isJson = options.format === "json";
  const text = isJson ? printedJson(explanation(judged, now)) : printedRows(explanationRows(judged, now), colors);
  const delivered = await deliver(text, options.output, world);
  if (!delivered) return 2;
  const { failOn } = options;
  if (failOn !== "never" && judged.judgements.some(({ severity }) => isAtLeast(severity, failOn))) return 1;
  return judged.gaps.some((code) => !isExpectedGap(code, options)) ? 2 : 0;
}

/** The release meant by `name@version`, `name@range` or `name`, each also behind `npm:`; else why it cannot be found. */
async function releaseNamed(
  what: string,
  folder: string,
  ports: CliPorts,
  signal: AbortSignal,
): Promise<ReleaseRef | string> {
  // As lockfiles and package managers write it.
  const given = what.replace(/^npm:/, "");
  const at = given.indexOf("@", 1);
  const name = at === -1 ? given : given.slice(0, at);
  const specifier = parseSpecifier(name, at === -1 ? "latest" : given.slice(at + 1));
  if (specifier.source !== "registry") return "give a package as name@version";
  const registry = await ports.registry.resolve(specifier.name, folder);
  const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.exec(specifier.range)?.[0];
  if (exact !== undefined) return { name: specifier.name, version: exact, registry };
  const packument = await packageSource(ports.registry, ports.clock).packument(
    { name: specifier.name, registry },
    "full",
    signal,
  );
  if (!packument.known) return packument.reason;
  const version = versionTaken(specifier, packument.value.facts);
  return version === null ? "no version fits" : { name: specifier.name, version, registry };
}

function explanation({ subject, judgements, safe }: Judged, now: number): unknown {
  const release = releaseOf(subject);
  const { published } = subject;
  return {
    schemaVersion: 1,
    package: subject.name,
    version: subject.version,
    asOf: new Date(now).toISOString(),
    published: published.known && published.value.exact ? new Date(published.value.at).toISOString() : null,
    publisher: release.known ? (release.value.publisher?.name ?? null) : null,
    installScripts: release.known ? release.value.scripts : null,
    advisories: subject.advisories.found
      .filter(({ malware }) => malware)
      .map(({ id, url, summary }) => ({ id, url, summary })),
    findings: judgements.map(({ rule, severity, message }) => ({ rule, severity, message: printable(message) })),
    safeVersion: safe?.preferred ?? null,
  };
}

function explanationRows({ subject, judgements, safe }: Judged, now: number): readonly Row[] {
  const release = releaseOf(subject);
  const malware = subject.advisories.found.filter((advisory) => advisory.malware);
  const remedies = judgements.map((judgement) => ({
    severity: judgement.severity,
    remedy: remedyOf(judgement, { safe, judgements }),
  }));
  const advice = new Set(remedies.map(adviceOf).filter((line) => line !== null));
  return [
    [styled("bold", `${oneLine(subject.name)} ${oneLine(subject.version)}`)],
    [`published  ${publishedText(subject, now)}`],
    ...(release.known ? releaseRows(release.value) : []),
    ...malware.map(({ id, summary, url }): Row => [
      `advisory   ${id}: ${oneLine(summary)}`,
      ...(url === null ? [] : [" ", styled("dim", url)]),
    ]),
    ...judgements.map(({ severity, message, rule }): Row => [
      `${severity.padEnd("information".length)}  ${oneLine(message, 600)}  `,
      styled("dim", rule),
    ]),
    ...(judgements.length === 0 ? [[styled("green", "no findings")]] : []),
    ...[...advice].map((line): Row => [line]),
  ];
}

function publishedText({ published }: Subject, now: number): string {
  if (!published.known) return `not known: ${oneLine(published.reason)}`;
  if (!published.value.exact) return `over ${describeDuration(now - published.value.notAfter)} ago`;
  const { at } = published.value;
  return `${describeMoment(at)}, ${describeDuration(Math.max(0, now - at))} ago`;
}

function releaseRows({ publisher, provenance, scripts }: ReleaseFacts): readonly Row[] {
  const proof = provenance === true ? ", with provenance" : "";
  return [
    ...(publisher === null ? [] : [[`publisher  ${oneLine(publisher.name)}${proof}`]]),
    ...Object.entries(scripts ?? {}).map(([name, text]) => [`script     ${name}: ${oneLine(String(text), 300)}`]),
  ];
}
