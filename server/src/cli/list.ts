import { documentKind } from "../core/documents/index.ts";
import { count } from "../core/util/words.ts";
import { DocumentStore } from "../core/project/document-store.ts";
import type { Document } from "../core/project/document-store.ts";
import { fileNameOf } from "../core/util/uri.ts";
import { oneLine } from "../core/util/sanitize.ts";
import { directIds } from "../core/graph.ts";
import type { Lockfile } from "../core/model.ts";
import type { Range } from "../core/util/text.ts";
import { deliver, isPainted } from "./deliver.ts";
import type { CliOptions } from "./options.ts";
import { printedJson, printedRows, styled } from "./printed.ts";
import type { Row } from "./printed.ts";
import type { ExitCode } from "./scan.ts";
import { reach } from "./settings.ts";
import type { CliWorld } from "./world.ts";

interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly range: Range;
  readonly resolved: string | null;
  readonly integrity: string | null;
  readonly direct: boolean;
  readonly dev: boolean;
}

/** Every place of one lockfile that locks a registry package. */
export async function list(file: string, options: CliOptions, world: CliWorld, signal: AbortSignal): Promise<ExitCode> {
  const uri = world.toUri(world.resolve(file));
  const kind = documentKind(fileNameOf(uri));
  if (kind === null || kind === "package-json") {
    world.stderr.line(`${file}: ${await whyNot(file, kind, world)}`);
    return 2;
  }
  const ports = world.makePorts(
    { ...reach(options), offline: true },
    {
      cacheDir: undefined,
      cache: false,
      asOf: null,
      verbose: options.verbose === true,
      folders: [world.toUri(world.cwd)],
    },
  );
  const document = await new DocumentStore(ports, true).lockfile(uri, signal);
  if (!document.known) {
    world.stderr.line(`${file}: ${document.reason}`);
    return 2;
  }
  const packages = packagesOf(document.value);
  const colors = isPainted(options, world);
  const text = options.format === "json" ? printedJson(packages) : printedRows(listRows(packages), colors);
  const delivered = await deliver(text, options.output, world);
  const { problems } = document.value.model;
  for (const { message, span } of problems) {
    const { line, character } = document.value.lines().positionAt(span.start);
    world.stderr.line(`${file}:${line + 1}:${character + 1}: ${message}`);
  }
  return delivered && problems.length === 0 ? 0 : 2;
}

/** Why a path that has no lockfile's name lists nothing. */
async function whyNot(file: string, kind: "package-json" | null, world: CliWorld): Promise<string> {
  const found = await world.look(file);
  if (!found.known) return found.reason;
  if (found.value.isFolder) return "it is a folder; give a lockfile in it";
  return kind === null ? "not a lockfile that Depwarden reads" : "a manifest locks nothing; give its lockfile";
}

function packagesOf({ model, lines }: Document<Lockfile>): readonly ListedPackage[] {
  const direct = directIds(model);
  return model.packages
    .filter(({ source }) => source === "registry")
    .map(({ id, name, version, versionSpan, resolved, integrity, dev }) => ({
      name,
      version,
      range: lines().rangeOf(versionSpan),
      resolved,
      integrity,
      direct: direct.has(id),
      dev,
    }));
}

function listRows(packages: readonly ListedPackage[]): readonly Row[] {
  const rows = packages.map(({ name, version, range, direct, dev }): Row => {
    const notes = [direct ? "direct" : null, dev ? "dev" : null].filter((note) => note !== null).join(", ");
    const line = String(range.start.line + 1).padStart(6);
    const start = [`${line}  ${oneLine(name, 214)} `, styled("bold", oneLine(version, 100))];
    return notes === "" ? start : [...start, styled("dim", `  ${notes}`)];
  });
  return [...rows, [count(packages.length, "package")]];
}
