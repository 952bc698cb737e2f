import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { TaoceptionError } from "../platform/index.ts";
import type { Event } from "../protocol/index.ts";
import type { Announcements } from "./announcements.ts";
import { readEvents } from "./events.ts";

const PAGE = 200;
const LOOK_AGAIN_MS = 2_000;

/**
 * Every event after `after`, in order and without a gap, now and as they come, until the signal aborts (the
 * iteration then simply ends). While the database is away it waits.
 */
export async function* followEvents(
  after: number,
  signal: AbortSignal,
  { database, announcements }: { database: NodePgDatabase; announcements: Announcements },
): AsyncGenerator<Event, void> {
  let seq = after;
  while (!signal.aborted) {
    const heard = announcements.heard();
    const page = await readEvents({ after: seq, limit: PAGE }, { database }).catch((error: unknown) => {
      if (error instanceof TaoceptionError && error.retryable) return [];
      throw error;
    });
    for (const event of page) {
      if (signal.aborted) return;
      seq = event.seq;
      yield event;
    }
    if (page.length < PAGE) await announcements.next(heard, LOOK_AGAIN_MS, signal).catch(() => {});
  }
}
