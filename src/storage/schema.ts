import { bigint, customType, json, pgSchema, text, timestamp } from "drizzle-orm/pg-core";
import { TaoceptionError } from "../platform/index.ts";
import { Event } from "../protocol/index.ts";

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

const record = pgSchema("record");

/** The tables of `migrations/`, for the query builder. */
export const events = record.table("events", {
  seq: bigint({ mode: "number" }).primaryKey(),
  at: timestamp({ withTimezone: true, precision: 3 }).notNull(),
  type: text().notNull(),
  round: bigint({ mode: "number" }),
  key: text().unique(),
  body: json().notNull(),
  previous: bytes().notNull(),
  hash: bytes().notNull(),
});

export const documents = record.table("documents", {
  hash: bytes().primaryKey(),
  kind: text().notNull(),
  body: bytes().notNull(),
});

export interface EventRow {
  seq: number;
  at: Date;
  body: unknown;
  previous: Buffer;
  hash: Buffer;
}

/** A row as the protocol's event; one that does not fit is TaoceptionError `corrupt-record`. */
export function eventOf({ seq, at, body, previous, hash }: EventRow): Event {
  const parsed = Event.safeParse({
    ...(body as object),
    seq,
    at: at.toISOString(),
    previous: previous.toString("hex"),
    hash: hash.toString("hex"),
  });
  if (parsed.success) return parsed.data;
  throw new TaoceptionError("corrupt-record", `event ${seq} of the record cannot be read`, {
    cause: parsed.error,
    mend: "verify the record; it may have been written by another version",
  });
}
