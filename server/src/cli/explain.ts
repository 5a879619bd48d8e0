import { createColors } from "picocolors";
import { parseSpecifier } from "../core/documents/specifier.ts";
import { describeDuration, describeMoment } from "../core/duration.ts";
import { explainRelease } from "../core/engine/explain.ts";
import { packageSource } from "../core/engine/package-source.ts";
import type { Judged } from "../core/engine/report.ts";
import { releaseOf } from "../core/facts/subject.ts";
import { lines, oneLine } from "../core/foreign-text.ts";
import type { ReleaseRef } from "../core/ports.ts";
import { versionTaken } from "../core/ranges.ts";
import { adviceOf, remedyOf } from "../core/remedy.ts";
import { isAtLeast } from "../core/rules/rule.ts";
import { workspaceSettingsUri } from "../core/workspace-settings.ts";
import { deliver } from "./deliver.ts";
import { isExpectedGap } from "./expected-gap.ts";
import type { CliOptions } from "./options.ts";
import type { ExitCode } from "./scan.ts";
import { settingsFor, suppressedBy, suppressionNote } from "./settings.ts";
import type { CliPorts, CliWorld } from "./world.ts";

/** What is known of one release, and what the rules say of it. */
export async function explain(what: string, options: CliOptions, world: CliWorld, signal: AbortSignal): Promise<ExitCode> {
  const folder = world.toUri(world.cwd);
  const own = await settingsFor(folder, options, world.files, signal);
  const { settings, problems } = own;
  for (const problem of problems) world.stderr.write(`${problem}\n`);
  const ports = world.makePorts(settings, { cacheDir: options.cacheDir, cache: options.cache, asOf: options.asOf ?? null, verbose: options.verbose === true });
  const release = await releaseNamed(what, folder, ports, signal);
  if (typeof release === "string") {
    world.stderr.write(`${oneLine(what)}: ${release}\n`);
    return 2;
  }
  const judged = await explainRelease(release, ports, settings, folder, signal);
  await ports.settled();
  const reports = [{ allowed: [], projectCooldown: judged.projectCooldown }];
  const suppressed = suppressedBy(own, options, { reports, excluded: [] });
  const suppression = suppressionNote(suppressed, world.displayPath(workspaceSettingsUri(folder)));
  if (suppression !== null) world.stderr.write(`${suppression}\n`);
  const now = ports.clock.now();
  const text = options.format === "json" ? `${JSON.stringify(explanation(judged, now), null, 2)}\n` : explanationText(judged, now, world.stdout.isTerminal && options.output === undefined);
  const delivered = await deliver(text, options.output, world);
  const { failOn } = options;
  if (failOn !== "never" && judged.judgements.some(({ severity }) => isAtLeast(severity, failOn))) return 1;
  const isUnchecked = judged.judgements.some(({ unknown }) => unknown !== undefined && !isExpectedGap(unknown.code, options));
  return isUnchecked || !delivered ? 2 : 0;
}

/** The release meant by `name@version`, `name@range` or `name`; else why there is none. */
async function releaseNamed(what: string, folder: string, ports: CliPorts, signal: AbortSignal): Promise<ReleaseRef | string> {
  const at = what.indexOf("@", 1);
  const name = at === -1 ? what : what.slice(0, at);
  const specifier = parseSpecifier(name, at === -1 ? "latest" : what.slice(at + 1));
  if (specifier.source !== "registry") return "give a package as name@version";
  const registry = await ports.registry.resolve(specifier.name, folder);
  const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.exec(specifier.range)?.[0];
  if (exact !== undefined) return { name: specifier.name, version: exact, registry };
  const facts = await packageSource(ports.registry, ports.clock).packageFacts({ name: specifier.name, registry }, "full", signal);
  if (!facts.known) return facts.reason;
  const version = versionTaken(specifier, facts.value);
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
    advisories: subject.advisories.found.filter(({ malware }) => malware).map(({ id, url, summary }) => ({ id, url, summary })),
    findings: judgements.map(({ rule, severity, message }) => ({ rule, severity, message })),
    safeVersion: safe?.preferred ?? null,
  };
}

function explanationText({ subject, judgements, safe }: Judged, now: number, colors: boolean): string {
  const paint = createColors(colors);
  const release = releaseOf(subject);
  const { published } = subject;
  const rows: (string | null)[] = [
    paint.bold(`${oneLine(subject.name)} ${oneLine(subject.version)}`),
    published.known
      ? published.value.exact
        ? `published  ${describeMoment(published.value.at)}, ${describeDuration(Math.max(0, now - published.value.at))} ago`
        : `published  over ${describeDuration(now - published.value.notAfter)} ago`
      : `published  not known: ${oneLine(published.reason)}`,
    release.known && release.value.publisher !== null ? `publisher  ${oneLine(release.value.publisher.name)}${release.value.provenance === true ? ", with provenance" : ""}` : null,
    ...(release.known ? Object.entries(release.value.scripts ?? {}).map(([name, text]) => `script     ${name}: ${oneLine(String(text), 300)}`) : []),
    ...subject.advisories.found.filter(({ malware }) => malware).map(({ id, summary, url }) => `advisory   ${id}: ${oneLine(summary)}${url === null ? "" : ` ${paint.dim(url)}`}`),
    ...judgements.map(({ severity, message, rule }) => `${severity.padEnd(10)} ${oneLine(message, 600)} ${paint.dim(rule)}`),
    judgements.length === 0 ? paint.green("no findings") : null,
    ...new Set(judgements.map((judgement) => adviceOf({ severity: judgement.severity, remedy: remedyOf(judgement, safe) }))),
  ];
  return `${lines(rows.filter((row) => row !== null).join("\n"), 20_000)}\n`;
}
