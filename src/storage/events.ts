import { and, asc, between, desc, eq, gt, inArray, lte } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Event, EventBody } from "../protocol/index.ts";
import { guarded } from "./failure.ts";
import { eventOf, events } from "./schema.ts";

export type EventType = EventBody["type"];
/** The event of one kind. */
export type EventOf<Type extends EventType> = Event & { type: Type };

/** Which events: all conditions hold together. Rounds are numbers, both ends included. */
export interface EventQuery {
  /** Only those with a greater sequence number (the first event has 1). */
  after?: number;
  upTo?: number;
  limit?: number;
  types?: readonly EventType[];
  round?: number;
  rounds?: { first: number; last: number };
}

const MOST = 100_000;
const columns = {
  seq: events.seq,
  at: events.at,
  body: events.body,
  previous: events.previous,
  hash: events.hash,
};

/** Events in order, oldest first; at most `limit` (1,000). */
export async function readEvents(
  query: EventQuery,
  { database }: { database: NodePgDatabase },
): Promise<Event[]> {
  const { after, upTo, types, round, rounds, limit = 1_000 } = query;
  const rows = await guarded("reading the record", () =>
    database
      .select(columns)
      .from(events)
      .where(
        and(
          after === undefined ? undefined : gt(events.seq, after),
          upTo === undefined ? undefined : lte(events.seq, upTo),
          types === undefined ? undefined : inArray(events.type, [...types]),
          round === undefined ? undefined : eq(events.round, round),
          rounds === undefined ? undefined : between(events.round, rounds.first, rounds.last),
        ),
      )
      .orderBy(asc(events.seq))
      .limit(Math.min(limit, MOST)),
  );
  return rows.map(eventOf);
}

/** The event that entered under this key. */
export async function findEvent(
  key: string,
  { database }: { database: NodePgDatabase },
): Promise<Event | undefined> {
  const [row] = await guarded("looking into the record", () =>
    database.select(columns).from(events).where(eq(events.key, key)),
  );
  return row && eventOf(row);
}

/** The newest event's place and hash; 0 and zeros while the record is empty. */
export async function readHead({
  database,
}: {
  database: NodePgDatabase;
}): Promise<{ seq: number; hash: string }> {
  const [row] = await guarded("reading the record's end", () =>
    database.select({ seq: events.seq, hash: events.hash }).from(events).orderBy(desc(events.seq)).limit(1),
  );
  return row ? { seq: row.seq, hash: row.hash.toString("hex") } : { seq: 0, hash: "0".repeat(64) };
}
