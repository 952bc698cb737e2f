import { TaoceptionError } from "../platform/index.ts";
import type { Journal } from "./journal.ts";

/**
 * A journal that can be closed while others still hold it. `close` resolves when what was being appended has
 * entered the record; appending later is TaoceptionError `record-closed`, which may be tried again in another life.
 */
export function closable<Of extends Pick<Journal, "append">>(journal: Of): Of & { close(): Promise<void> } {
  const appending = new Set<Promise<unknown>>();
  let closed = false;
  return {
    ...journal,
    async append(...of: Parameters<Journal["append"]>) {
      if (closed)
        throw new TaoceptionError("record-closed", "the run has ended: nothing more enters its record", {
          retryable: true,
        });
      const appended = journal.append(...of);
      appending.add(appended);
      try {
        return await appended;
      } finally {
        appending.delete(appended);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(appending);
    },
  };
}
