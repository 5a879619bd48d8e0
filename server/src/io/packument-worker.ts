/** Reads packuments in a thread of its own. What it is sent and what it answers: packument-protocol.ts. */
import { parentPort } from "node:worker_threads";
import { known } from "../core/facts/fact.ts";
import { packumentOf } from "./packument-body.ts";
import { READY, type WorkerAnswer, type WorkerQuestion } from "./packument-protocol.ts";

parentPort?.on("message", ({ body, request }: WorkerQuestion) => {
  const read = packumentOf(Buffer.from(body.buffer, body.byteOffset, body.byteLength), request);
  const answer: WorkerAnswer = read.known ? known(read.value.text) : read;
  parentPort?.postMessage(answer);
});
parentPort?.postMessage(READY);
