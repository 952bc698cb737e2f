import pg from "pg";
import { type Clock, explain, type Logger, type Secret } from "../platform/index.ts";

/** Tells when the record has grown. A hint only: whoever waits reads the record itself. */
export interface Announcements extends AsyncDisposable {
  /** How many there were so far. */
  heard(): number;
  /** Resolves when there are more than `heard`, at the latest after `milliseconds`; rejects when the signal aborts. */
  next(heard: number, milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** One connection that listens for all followers of this process; made with the first of them, and made again when it broke. */
export function openAnnouncements({
  connection,
  clock,
  logger,
}: {
  connection: Secret<string>;
  clock: Clock;
  logger: Logger;
}): Announcements {
  const waiting = new Set<() => void>();
  let client: pg.Client | undefined;
  let closed = false;
  let count = 0;

  const wakeAll = () => {
    count += 1;
    for (const wake of [...waiting]) wake();
  };
  const drop = (broken: pg.Client) => {
    if (client === broken) client = undefined;
    void broken.end().catch(() => {});
  };
  async function listen(): Promise<void> {
    if (client || closed) return;
    const fresh = new pg.Client({ connectionString: connection.reveal(), connectionTimeoutMillis: 5_000 });
    client = fresh;
    fresh.on("notification", wakeAll);
    fresh.on("error", () => drop(fresh));
    fresh.on("end", () => drop(fresh));
    try {
      await fresh.connect();
      await fresh.query("listen record_events");
      wakeAll(); // something may have been appended before we listened
    } catch (error) {
      logger.debug(`cannot listen for new events, looking by the clock: ${explain(error)}`);
      drop(fresh);
    }
  }

  return {
    heard: () => count,
    async next(heard, milliseconds, signal) {
      signal.throwIfAborted();
      if (count !== heard) return;
      const ended = new AbortController();
      const either = AbortSignal.any([signal, ended.signal]);
      let wake = () => {};
      const woken = new Promise<void>((done) => {
        wake = done;
      });
      waiting.add(wake);
      void listen();
      try {
        await Promise.race([woken, clock.sleep(milliseconds, either)]);
      } finally {
        waiting.delete(wake);
        ended.abort();
      }
    },
    [Symbol.asyncDispose]: async () => {
      closed = true;
      wakeAll();
      await client?.end().catch(() => {});
    },
  };
}
