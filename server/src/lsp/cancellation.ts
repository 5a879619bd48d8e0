import { LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { CancellationToken } from "vscode-languageserver";
import { shownError } from "./editor.ts";

/**
 * Answers a request with the outcome of `work`, or at once with `RequestCancelled` when the client asks for that
 * (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#cancelRequest).
 * The signal tells the work, which need not have ended by then.
 * @param end the server is shut down: nothing is waited for any more
 */
export async function cancellable<T>(
  token: CancellationToken,
  end: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const { signal } = controller;
  if (token.isCancellationRequested || end.aborted) abort();
  token.onCancellationRequested(abort);
  // Not `AbortSignal.any`: what it makes of a signal that lives long stays for as long as that.
  end.addEventListener("abort", abort);
  try {
    return await Promise.race([aborted(signal), work(signal)]);
  } catch (error) {
    if (signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled");
    throw shownError(error);
  } finally {
    end.removeEventListener("abort", abort);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(new Error("cancelled"));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}
