import type { Pool } from "pg";
import { type Clock, TaoceptionError } from "../platform/index.ts";
import { canonicalJson, type Event, EventBody } from "../protocol/index.ts";
import { guarded } from "./failure.ts";
import { type EventRow, eventOf } from "./schema.ts";

export interface Appended {
  event: Event;
  /** False when the key was there before: `event` is then the first one, whatever this one said. */
  fresh: boolean;
}

/** A body with the key under which it may enter the record once. */
export interface Entry {
  body: EventBody;
  key?: string;
}

const KEY_BYTES = 1_000;
const BODY_BYTES = 4 * 1024 * 1024;

/**
 * Append entries in one transaction, in order; each key enters once. What has been answered is on disk.
 * A `storage-unavailable` leaves open whether it was: entries with keys can simply be appended again.
 */
export async function appendEntries(
  entries: readonly Entry[],
  { pool, clock }: { pool: Pool; clock: Clock },
): Promise<Appended[]> {
  if (entries.length === 0) return [];
  const rows = entries.map(toRow);
  const { rows: answers } = await guarded("appending to the record", () =>
    pool.query<EventRow & { fresh: boolean; seq: string }>({
      name: "append",
      text: "select fresh, seq, at, body, previous, hash from record.append($1, $2, $3, $4, $5)",
      values: [
        new Date(clock.now()).toISOString(),
        rows.map(({ body }) => body),
        rows.map(({ type }) => type),
        rows.map(({ round }) => round),
        rows.map(({ key }) => key),
      ],
    }),
  );
  return answers.map((row) => ({ event: eventOf({ ...row, seq: Number(row.seq) }), fresh: row.fresh }));
}

function toRow({ body, key }: Entry) {
  const parsed = EventBody.safeParse(body);
  if (!parsed.success)
    throw new TaoceptionError("bad-event", `this is no event of the record (${body?.type})`, {
      cause: parsed.error,
    });
  const text = canonicalJson(parsed.data);
  if (Buffer.byteLength(text) > BODY_BYTES)
    throw new TaoceptionError(
      "bad-event",
      `a ${body.type} of ${text.length} characters is too long for the record`,
    );
  if (key !== undefined && (key === "" || Buffer.byteLength(key) > KEY_BYTES || !plain(key)))
    throw new TaoceptionError("bad-event", "a key is 1 to 1000 bytes of text without NUL");
  const round = "round" in parsed.data ? parsed.data.round : null;
  return { body: text, type: parsed.data.type, round, key: key ?? null };
}

/** Postgres' text cannot hold NUL or half a surrogate pair. */
function plain(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}
