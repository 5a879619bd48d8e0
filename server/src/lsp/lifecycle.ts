/**
 * What the protocol allows when: no request before `initialize`, `initialize` once, nothing after `shutdown`
 * (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#initialize and #shutdown);
 * and nothing whose parameters are not what its handler reads.
 */
import { ErrorCodes, Message, ResponseError } from "vscode-languageserver";
import type { Connection, MessageStrategy, RequestMessage } from "vscode-languageserver";
import { asLabel } from "../../../common/shown-text.ts";
import { wrongParams } from "./message-params.ts";

/** A refused request goes on under the name of the reason, which has a handler that answers with the error. */
const REFUSALS: Readonly<Record<string, ResponseError>> = {
  "depwarden/notInitialized": new ResponseError(
    ErrorCodes.ServerNotInitialized,
    "The server has not been initialized: send `initialize` first.",
  ),
  "depwarden/initializedBefore": new ResponseError(
    ErrorCodes.InvalidRequest,
    "The server has been initialized before: `initialize` is sent once.",
  ),
  "depwarden/shutDown": new ResponseError(ErrorCodes.InvalidRequest, "The server has been shut down."),
};

/** Its parameters are the reason. */
const WRONG_PARAMS = "depwarden/wrongParams";

/** Stands between the connection and its handlers. */
export class Lifecycle implements MessageStrategy {
  #state: "new" | "initialized" | "shut down" = "new";
  #warn: (message: string) => void = () => undefined;

  /**
   * Lets the connection answer what is refused.
   * @param warn is told of notifications that are ignored, as nothing answers these
   */
  listen(connection: Connection, warn: (message: string) => void): void {
    this.#warn = warn;
    for (const [method, error] of Object.entries(REFUSALS)) connection.onRequest(method, () => error);
    connection.onRequest(
      WRONG_PARAMS,
      ({ reason }: { readonly reason: unknown }) =>
        new ResponseError(ErrorCodes.InvalidParams, asLabel(String(reason))),
    );
  }

  /** `initialize` succeeded. */
  initialized(): void {
    this.#state = "initialized";
  }

  handleMessage(message: Message, next: (message: Message) => ReturnType<MessageStrategy["handleMessage"]>) {
    if (Message.isRequest(message)) {
      const refusal = this.#refusal(message);
      if (refusal !== null) return next({ ...message, ...refusal });
      if (message.method === "shutdown") this.#state = "shut down";
      return next(message);
    }
    // `exit` ends the process at any time. Cancellations are the connection's own affair.
    const isHeard = this.#state === "initialized" || !Message.isNotification(message);
    if (!isHeard && message.method !== "exit" && message.method !== "$/cancelRequest") return undefined;
    const reason = Message.isNotification(message) ? wrongParams(message.method, message.params) : null;
    if (reason === null) return next(message);
    this.#warn(`${reason} It is ignored.`);
    return undefined;
  }

  /** What a request that is refused goes on as; null: it is not. */
  #refusal({ method, params }: RequestMessage): Pick<RequestMessage, "method" | "params"> | null {
    if (this.#state === "shut down") return { method: "depwarden/shutDown" };
    if (this.#state === "new" && method !== "initialize") return { method: "depwarden/notInitialized" };
    if (this.#state === "initialized" && method === "initialize") return { method: "depwarden/initializedBefore" };
    const reason = wrongParams(method, params);
    return reason === null ? null : { method: WRONG_PARAMS, params: { reason } };
  }
}
