import pg from "pg";
import type { Logger, Secret } from "../platform/index.ts";

const POOL = 5;

/**
 * The connections of DBOS. It waits and tries again when a connection fails in a way that it knows; what it does
 * not know fails the workflow for good. So it is told in its own words: a write to a socket whose server is gone
 * (EPIPE), and a Unix socket that is not there while the server starts again (ENOENT).
 */
export function openPool({ connection, logger }: { connection: Secret<string>; logger: Logger }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: connection.reveal(),
    Client: PlainSpeakingClient,
    max: POOL,
    application_name: "taoception durable",
    connectionTimeoutMillis: 10_000,
  });
  pool.on("error", (error) => logger.debug(`an idle database connection broke: ${error.message}`));
  return pool;
}

const words: Readonly<Record<string, string>> = { EPIPE: "ECONNRESET", ENOENT: "ECONNREFUSED" };

class PlainSpeakingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // Before the driver's own listener: it hands the very error object on to whoever waits for an answer.
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    connection.prependListener("error", (error: NodeJS.ErrnoException) => {
      error.code = words[error.code ?? ""] ?? error.code;
    });
  }
}
