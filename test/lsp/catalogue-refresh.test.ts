import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CatalogueRefresh } from "../../server/src/lsp/catalogue-refresh.ts";

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

describe("the server's look after its catalogue", () => {
  let end: AbortController;
  let changes: number;
  let warnings: string[];
  let refresh: CatalogueRefresh;
  beforeEach(() => {
    vi.useFakeTimers();
    end = new AbortController();
    changes = 0;
    warnings = [];
    refresh = new CatalogueRefresh(
      () => {
        changes++;
      },
      (message) => void warnings.push(message),
      end.signal,
    );
  });
  afterEach(() => vi.useRealTimers());

  it("begins a while after the start and goes on by the hour; what was checked is checked anew where another one holds", async () => {
    const refreshCatalogue = vi.fn<() => Promise<boolean>>(() => Promise.resolve(false));
    refresh.keep({ refreshCatalogue });
    await vi.advanceTimersByTimeAsync(4 * SECOND);
    expect(refreshCatalogue).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2 * SECOND);
    expect(refreshCatalogue).toHaveBeenCalledTimes(1);
    expect(changes).toBe(0);
    refreshCatalogue.mockResolvedValueOnce(true);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(refreshCatalogue).toHaveBeenCalledTimes(2);
    expect(changes).toBe(1);
  });

  it("ends with the server, also while it waits", async () => {
    let stopped: unknown = null;
    const refreshCatalogue = vi.fn<(signal: AbortSignal) => Promise<boolean>>(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            stopped = signal.reason;
            reject(new Error("aborted"));
          });
        }),
    );
    refresh.keep({ refreshCatalogue });
    await vi.advanceTimersByTimeAsync(6 * SECOND);
    end.abort();
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    expect(stopped).not.toBeNull();
    expect(refreshCatalogue).toHaveBeenCalledTimes(1);
    expect([changes, warnings]).toEqual([0, []]);
  });

  it("says what else goes wrong", async () => {
    refresh.keep({ refreshCatalogue: () => Promise.reject(new Error("out of order")) });
    await vi.advanceTimersByTimeAsync(6 * SECOND);
    expect(warnings).toEqual(["No later catalogue is looked for: out of order"]);
  });
});
