/** What the catalogue is made from, as it lies in the repository: docs/catalogue.md, "Refreshing it". */
import { readdirSync, readFileSync } from "node:fs";
import * as v from "valibot";
import {
  DisputedSchema,
  INCIDENT_FACTS,
  IncidentId,
  LastGoodLines,
  Moment,
  Sentence,
} from "../../server/src/core/catalogue/schema.ts";

/** One file of scripts/catalogue/incidents/, whose name is the incident's id. */
const IncidentSource = v.strictObject({
  ...INCIDENT_FACTS,
  sources: v.pipe(INCIDENT_FACTS.sources, v.minLength(1)),
  /** A better moment than the one that follows from `removed` and `firstPublished`, and why. */
  knownSince: v.optional(v.strictObject({ at: Moment, why: Sentence })),
  lastGood: v.optional(LastGoodLines, []),
});

/** Up to when material was looked for. */
const AsOfSchema = v.strictObject({ asOf: Moment });

export type SourceIncident = v.InferOutput<typeof IncidentSource>;

export interface Sources {
  readonly asOf: string;
  readonly incidents: ReadonlyMap<string, SourceIncident>;
  readonly disputed: v.InferOutput<typeof DisputedSchema>;
}

/** Reads a folder like this one. Throws an Error that names the file. */
export function readSources(folder: URL): Sources {
  const read = <const Schema extends v.GenericSchema>(path: string, schema: Schema): v.InferOutput<Schema> => {
    try {
      const value: unknown = JSON.parse(readFileSync(new URL(path, folder), "utf8"));
      const parsed = v.safeParse(schema, value);
      if (parsed.success) return parsed.output;
      const [issue] = parsed.issues;
      throw new Error(`${v.getDotPath(issue) ?? "the file"}: ${issue.message}`);
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  const incidents = new Map<string, SourceIncident>();
  for (const file of readdirSync(new URL("incidents/", folder)).sort()) {
    const id = file.replace(/\.json$/, "");
    if (!file.endsWith(".json") || !v.is(IncidentId, id)) throw new Error(`incidents/${file}: no incident's file`);
    incidents.set(id, read(`incidents/${file}`, IncidentSource));
  }
  const { asOf } = read("as-of.json", AsOfSchema);
  return { asOf, incidents, disputed: read("disputed.json", DisputedSchema) };
}
