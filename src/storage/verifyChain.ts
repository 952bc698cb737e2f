import { asc, gt } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type Hash, hashValue } from "../protocol/index.ts";
import { guarded } from "./failure.ts";
import { events } from "./schema.ts";

/** The first event that does not follow from the ones before, or how long a whole chain is and its last hash. */
export type ChainState =
  | { ok: true; length: number; hash: Hash }
  | { ok: false; seq: number; reason: string };

const PAGE = 200;
const GENESIS = "0".repeat(64);

/** Walk the record from its first event and recompute every hash: sha256 of the canonical {at, body, previous, seq}. */
export async function verifyChain({ database }: { database: NodePgDatabase }): Promise<ChainState> {
  let seq = 0;
  let hash: Hash = GENESIS;
  for (;;) {
    const rows = await guarded("reading the record", () =>
      database.select().from(events).where(gt(events.seq, seq)).orderBy(asc(events.seq)).limit(PAGE),
    );
    for (const row of rows) {
      const bad = (reason: string): ChainState => ({ ok: false, seq: seq + 1, reason });
      if (row.seq !== seq + 1) return bad(`missing: the next one is ${row.seq}`);
      if (row.previous.toString("hex") !== hash) return bad("it does not point to the event before");
      const { type, round } = row.body as { type?: unknown; round?: unknown };
      if (type !== row.type || (round ?? null) !== row.round) return bad("its columns differ from its body");
      const told = { at: row.at.toISOString(), body: row.body, previous: hash, seq: row.seq };
      if (hashValue(told) !== row.hash.toString("hex")) return bad("its hash differs from its content");
      seq = row.seq;
      hash = row.hash.toString("hex");
    }
    if (rows.length < PAGE) return { ok: true, length: seq, hash };
  }
}
