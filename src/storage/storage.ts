import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { Clock, Logger, Secret } from "../platform/index.ts";
import type { Attempt, Evaluation, Event, EventBody, Hash, Score } from "../protocol/index.ts";
import { openAnnouncements } from "./announcements.ts";
import { type Appended, appendEntries, type Entry } from "./append.ts";
import { type Documents, openDocuments } from "./documents.ts";
import { type EventOf, type EventQuery, type EventType, findEvent, readEvents, readHead } from "./events.ts";
import { followEvents } from "./follow.ts";
import { migrate } from "./migrate.ts";
import {
  attemptsOf,
  evaluationsOf,
  eventsOfRounds,
  lastRound,
  type RoundWindow,
  scoresOf,
} from "./rounds.ts";
import { type ChainState, verifyChain } from "./verifyChain.ts";

/** The record and its documents. Every method fails with `storage-unavailable` (retryable) or `storage-failed`. */
export interface Storage extends Documents, AsyncDisposable {
  /** Check-and-insert: the same key again changes nothing and gives the first event, `fresh` false. */
  append(body: EventBody, options?: { key?: string }): Promise<Appended>;
  /** Several in one transaction, in order: all or none. */
  appendAll(entries: readonly Entry[]): Promise<Appended[]>;
  find(key: string): Promise<Event | undefined>;
  events(query?: EventQuery): Promise<Event[]>;
  /** All events of one kind in a window of rounds, unlimited. */
  eventsOfRounds<Type extends EventType>(type: Type, rounds: RoundWindow): Promise<EventOf<Type>[]>;
  follow(after: number, signal: AbortSignal): AsyncGenerator<Event, void>;
  head(): Promise<{ seq: number; hash: Hash }>;
  verifyChain(): Promise<ChainState>;
  lastRound(): Promise<number | null>;
  tasksOfRound(round: number): Promise<EventOf<"task">[]>;
  attemptsOf(rounds: RoundWindow): Promise<Attempt[]>;
  evaluationsOf(rounds: RoundWindow): Promise<Evaluation[]>;
  scoresOf(rounds: RoundWindow): Promise<Score[]>;
}

const POOL = 4;
const STATEMENT_MS = 30_000;

/** Open the record in a database, bringing its schema up to date. `connection` is `openPostgres`'s. */
export async function openStorage({
  connection,
  clock,
  logger,
}: {
  connection: Secret<string>;
  clock: Clock;
  logger: Logger;
}): Promise<Storage> {
  const pool = new pg.Pool({
    connectionString: connection.reveal(),
    max: POOL,
    application_name: "taoception",
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 5_000,
    allowExitOnIdle: true,
  });
  let closing = false;
  pool.on("error", (error) => {
    if (!closing) logger.warn(`an idle database connection broke: ${error.message}`);
  });
  try {
    await migrate(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const database = drizzle(pool);
  const announcements = openAnnouncements({ connection, clock, logger });
  const at = { database };
  return {
    ...openDocuments(at),
    append: async (body, { key } = {}) => {
      const [appended] = await appendEntries([key === undefined ? { body } : { body, key }], { pool, clock });
      if (!appended) throw new TypeError("record.append gave no row");
      return appended;
    },
    appendAll: (entries) => appendEntries(entries, { pool, clock }),
    find: (key) => findEvent(key, at),
    events: (query = {}) => readEvents(query, at),
    eventsOfRounds: (type, rounds) => eventsOfRounds(type, rounds, at),
    follow: (after, signal) => followEvents(after, signal, { database, announcements }),
    head: () => readHead(at),
    verifyChain: () => verifyChain(at),
    lastRound: () => lastRound(at),
    tasksOfRound: (round) => eventsOfRounds("task", { first: round, last: round }, at),
    attemptsOf: (rounds) => attemptsOf(rounds, at),
    evaluationsOf: (rounds) => evaluationsOf(rounds, at),
    scoresOf: (rounds) => scoresOf(rounds, at),
    [Symbol.asyncDispose]: async () => {
      closing = true;
      await announcements[Symbol.asyncDispose]();
      await pool.end();
    },
  };
}
