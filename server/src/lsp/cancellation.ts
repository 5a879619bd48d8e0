import { LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { CancellationToken } from "vscode-languageserver";
import { shownError } from "./editor.ts";

/**
 * Answers a request with the outcome of `work`, or at once with `RequestCancelled` when the client asks for that
 * (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#cancelRequest).
 * The signal tells the work, which need not have ended by then.
 */
export async function cancellable<T>(token: CancellationToken, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = signalOf(token);
  try {
    return await Promise.race([aborted(signal), work(signal)]);
  } catch (error) {
    if (signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled");
    throw shownError(error);
  }
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(new Error("cancelled"));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}
