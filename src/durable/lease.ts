import pg from "pg";
import { type Clock, explain, type Logger, type Secret, TaoceptionError } from "../platform/index.ts";

/** How long a process that died a moment ago may still hold its name, in milliseconds. */
const LINGER_MS = 5_000;
const LOOK_MS = 200;
const AGAIN_MS = 500;
/** The server looks after a silent machine after 10 s, and gives it up 15 s later; a Unix socket needs none of it. */
const KEEPALIVE =
  "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3";
/** One number for each executor's name, among all locks of the database. */
const KEY = "hashtextextended('taoception executor ' || $1, 0)";

/** An executor's hold on its name. */
export interface Lease extends AsyncDisposable {
  /** Rejects when the name can be held no more: the database refuses this process. */
  readonly lost: Promise<never>;
}

/**
 * Hold an executor's name for as long as this process lives: a lock of a database session, which the server gives
 * free when the process or its machine is gone, by no clock of ours. A broken session is made anew. TaoceptionError
 * `executor-in-use` when another process holds the name.
 */
export async function holdLease(
  executorId: string,
  { connection, clock, logger }: { connection: Secret<string>; clock: Clock; logger: Logger },
): Promise<Lease> {
  const closing = new AbortController();
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {}); // whoever cares awaits it
  let session: pg.Client | undefined;

  async function hold(): Promise<void> {
    const client = new pg.Client({
      connectionString: connection.reveal(),
      application_name: `taoception executor ${executorId}`.slice(0, 63),
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    client.on("error", (error) => logger.debug(`the lease's session broke: ${error.message}`));
    try {
      await client.connect();
      await client.query(KEEPALIVE);
      const until = clock.now() + LINGER_MS;
      for (;;) {
        const { rows } = await client.query(`select pg_try_advisory_lock(${KEY}) as held`, [executorId]);
        if (rows[0]?.held) break;
        if (clock.now() > until)
          throw new TaoceptionError("executor-in-use", `another process works as ${executorId}`, {
            mend: "end it, or give this one another name",
          });
        await clock.sleep(LOOK_MS, closing.signal);
      }
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    session = client;
    client.once("end", () => void again());
  }

  /** Until it holds again: a server that starts anew is waited for, one that knows us no more is not. */
  async function again(): Promise<void> {
    while (!closing.signal.aborted)
      try {
        await clock.sleep(AGAIN_MS, closing.signal);
        await hold();
        return;
      } catch (error) {
        if (closing.signal.aborted) return;
        const { code } = error as { code?: string };
        logger.debug(`the lease of ${executorId}: ${explain(error)}`);
        if (code === "executor-in-use" || code?.startsWith("28")) return lost.reject(error); // 28: not let in
      }
  }

  await hold().catch((cause: unknown) => {
    if (cause instanceof TaoceptionError) throw cause;
    throw new TaoceptionError("durable-unavailable", `durable work cannot begin: ${explain(cause)}`, {
      cause,
      retryable: true,
    });
  });
  return {
    lost: lost.promise,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await session?.end().catch(() => {});
    },
  };
}

/** Whether no living process holds an executor's name. */
export async function isGone(executorId: string, pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query(`select pg_try_advisory_xact_lock(${KEY}) as free`, [executorId]);
  return rows[0]?.free === true; // the lock goes with the statement
}
