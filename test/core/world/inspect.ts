/** Inspects the one project of a test's files. */
import { DocumentStore } from "../../../server/src/core/project/document-store.ts";
import { inspectProject } from "../../../server/src/core/engine/inspect.ts";
import type { ProjectReport } from "../../../server/src/core/engine/inspect.ts";
import { ProjectMemory } from "../../../server/src/core/engine/memory.ts";
import { ProjectLocator } from "../../../server/src/core/project/locate.ts";
import { projectsOf } from "../../../server/src/core/project/project.ts";
import type { Cancellation } from "../../../server/src/core/ports.ts";
import { DEFAULT_SETTINGS } from "../../../server/src/core/settings/settings.ts";
import type { Settings } from "../../../server/src/core/settings/settings.ts";
import { FOLDER, uriOf } from "./ports.ts";
import type { TestPorts } from "./ports.ts";

export interface Inspection {
  readonly report: ProjectReport;
  readonly store: DocumentStore;
}

export interface InspectInput {
  readonly settings?: Settings;
  readonly cancel?: Cancellation;
  readonly store?: DocumentStore;
  readonly memory?: ProjectMemory;
}

export async function inspect(
  ports: TestPorts,
  {
    settings = DEFAULT_SETTINGS,
    cancel = new AbortController().signal,
    store = new DocumentStore(ports, true),
    memory = new ProjectMemory(),
  }: InspectInput = {},
): Promise<Inspection> {
  const projects = await projectsOf([...ports.texts.keys()].map(uriOf), locatorOf(ports, store, cancel), [FOLDER]);
  const [project] = projects;
  if (project === undefined || projects.length !== 1) throw new Error(`${projects.length} projects`);
  return { report: await inspectProject(project, ports, store, { settings, trusted: true, cancel, memory }), store };
}

/** Finds projects wherever they lie. */
export function locatorOf(
  { files }: Pick<TestPorts, "files">,
  store: DocumentStore,
  cancel: Cancellation,
  limit: string | null = null,
): ProjectLocator {
  return new ProjectLocator({ store, files, limit, opened: [FOLDER], cancel });
}
