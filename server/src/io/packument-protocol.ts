/** What is sent between packument-reader.ts and its worker. */
import type { Fact } from "../core/facts/fact.ts";
import type { PackumentRequest } from "../core/facts/packument.ts";

/** What the worker says first. */
export const READY = "ready";

/** `body` is handed over, not copied. */
export interface WorkerQuestion {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly request: PackumentRequest;
}

/** The text of a PackedPackument. */
export type WorkerAnswer = Fact<string>;
