import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { explain, type Logger, Secret, TaoceptionError } from "../platform/index.ts";
import { packagedPostgres, prepareNative } from "./native.ts";
import {
  closeSockets,
  connectionTo,
  lives,
  openPlace,
  openSockets,
  passwordOf,
  readHolder,
  removeHolder,
  writeHolder,
} from "./place.ts";
import { answer, type Server, startServer, tail } from "./server.ts";

export interface Postgres extends AsyncDisposable {
  /** For `openStorage` and `openDurable`; stays the same when the server is started again. */
  connection: Secret<string>;
  /** True when another process owns the server: it ends with that one. */
  adopted: boolean;
}

/** How long a start waits for a server that is just ending, or (to adopt it) just starting. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A server that ran this long is well, and is started again at once. */
const WELL_MS = 60_000;

/**
 * Postgres for a home: our own server under `<home>/postgres`, made when new, recovered when it was killed;
 * or, with `databaseUrl`, the server there. Our own listens on a Unix socket alone, has no network, ends with
 * this process however that ends, and is stopped by disposing (terminal signals do not reach it); should it end
 * by itself, it is started again. A server of this home that runs already is adopted with `adopt`, else it is
 * TaoceptionError `postgres-in-use`.
 */
export async function openPostgres(options: {
  home: string;
  logger: Logger;
  signal?: AbortSignal;
  databaseUrl?: string | Secret<string>;
  adopt?: boolean;
}): Promise<Postgres> {
  const { logger, signal, adopt = false } = options;
  if (options.databaseUrl !== undefined) return openElsewhere(options.databaseUrl);
  const place = join(resolve(options.home), "postgres");
  await openPlace(place);
  const password = await passwordOf(place);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    signal?.throwIfAborted();
    const started = await startOwn(place, password, { logger, signal });
    if (started !== "locked") return started;
    const holder = await readHolder(place);
    const alive = holder !== undefined && (await lives(holder));
    if (holder && adopt) {
      const connection = connectionTo(holder.sockets, password);
      if (await answers(connection)) return borrowed(connection);
    }
    // A killed owner's server lives on for a moment; one whose owner lives is not going away.
    if ((alive && !adopt) || performance.now() > until)
      throw new TaoceptionError(
        "postgres-in-use",
        `the database in ${place} is in use${alive ? ` by process ${holder.pid}` : ""}`,
        { mend: "stop that process, or choose another home" },
      );
    await wait(PAUSE_MS, undefined, signal ? { signal } : {});
  }
}

async function startOwn(
  place: string,
  password: string,
  { logger, signal }: { logger: Logger; signal: AbortSignal | undefined },
): Promise<Postgres | "locked"> {
  const native = await prepareNative(await packagedPostgres(), join(place, "native"));
  const sockets = await openSockets(place);
  const connection = connectionTo(sockets, password);
  const ending = new AbortController();
  let held = false;
  const onHeld = async () => {
    held = true;
    await writeHolder(place, sockets);
  };
  const start = (until: AbortSignal | undefined) =>
    startServer({ place, sockets, connection, native }, { onHeld, signal: until });
  const first = await start(signal).catch(async (error: unknown) => {
    await closeSockets(place, sockets);
    if (held) await removeHolder(place);
    throw error;
  });
  if (first === "locked") {
    await closeSockets(place, sockets);
    return "locked";
  }
  const watch = keepRunning(first, () => start(ending.signal), { place, logger, ending: ending.signal });
  return {
    connection,
    adopted: false,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await watch.stop();
      await closeSockets(place, sockets);
      await removeHolder(place);
    },
  };
}

/** Start the server again whenever it ends by itself (killed for its memory, a full disk), with growing pauses. */
function keepRunning(
  first: Server,
  again: () => Promise<Server | "locked">,
  { place, logger, ending }: { place: string; logger: Logger; ending: AbortSignal },
): { stop(): Promise<void> } {
  let server = first;
  const watch = async () => {
    for (let pause = 0; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2 + 250)) {
      const since = performance.now();
      await server.ended;
      if (ending.aborted) return;
      if (performance.now() - since > WELL_MS) pause = 0;
      logger.error({ log: await tail(place) }, "the database server ended by itself; starting it again");
      await wait(pause, undefined, { signal: ending });
      const next = await again().catch((error: unknown) => {
        if (!ending.aborted)
          logger.error(`the database server could not be started again: ${explain(error)}`);
        return "locked" as const;
      });
      if (next !== "locked") server = next;
    }
  };
  const watching = watch().catch(() => {}); // only a pause cut short by the end
  return {
    async stop() {
      await server.stop();
      await watching;
      await server.stop(); // the one that was just being started
    },
  };
}

async function openElsewhere(databaseUrl: string | Secret<string>): Promise<Postgres> {
  const connection = typeof databaseUrl === "string" ? new Secret(databaseUrl) : databaseUrl;
  await answer(connection).catch((cause: unknown) => {
    throw new TaoceptionError("no-postgres", "the database server of DATABASE_URL does not answer", {
      cause,
      mend: "check the address, user and password, and that the server runs",
      retryable: true,
    });
  });
  return borrowed(connection);
}

function borrowed(connection: Secret<string>): Postgres {
  return { connection, adopted: true, [Symbol.asyncDispose]: async () => {} };
}

function answers(connection: Secret<string>): Promise<boolean> {
  return answer(connection).then(
    () => true,
    () => false,
  );
}
