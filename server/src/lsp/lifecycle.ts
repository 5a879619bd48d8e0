/**
 * What the protocol allows when: no request before `initialize`, `initialize` once, nothing after `shutdown`
 * (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#initialize and #shutdown).
 */
import { ErrorCodes, Message, ResponseError } from "vscode-languageserver";
import type { Connection, MessageStrategy } from "vscode-languageserver";

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

/** Stands between the connection and its handlers. */
export class Lifecycle implements MessageStrategy {
  #state: "new" | "initialized" | "shut down" = "new";

  /** Lets the connection answer what is refused. */
  listen(connection: Connection): void {
    for (const [method, error] of Object.entries(REFUSALS)) connection.onRequest(method, () => error);
  }

  /** `initialize` succeeded. */
  initialized(): void {
    this.#state = "initialized";
  }

  handleMessage(message: Message, next: (message: Message) => ReturnType<MessageStrategy["handleMessage"]>) {
    if (Message.isRequest(message)) {
      const refusal = this.#refusal(message.method);
      if (refusal !== null) return next({ ...message, method: refusal } as Message);
      if (message.method === "shutdown") this.#state = "shut down";
      return next(message);
    }
    // `exit` ends the process at any time. Cancellations are the connection's own affair.
    const isHeard = this.#state === "initialized" || !Message.isNotification(message);
    if (isHeard || message.method === "exit" || message.method === "$/cancelRequest") return next(message);
    return undefined;
  }

  /** Why a request is refused; null: it is not. */
  #refusal(method: string): string | null {
    if (this.#state === "shut down") return "depwarden/shutDown";
    if (this.#state === "new") return method === "initialize" ? null : "depwarden/notInitialized";
    return method === "initialize" ? "depwarden/initializedBefore" : null;
  }
}
