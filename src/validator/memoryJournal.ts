import type { Clock } from "../platform/index.ts";
import { type Event, type EventBody, type Hash, hashValue } from "../protocol/index.ts";
import type { Journal } from "./journal.ts";

/** A record in memory, with the rules of the real one: keys enter once, events are linked. */
export function memoryJournal({ clock }: { clock: Clock }): Journal & {
  verifyChain(): Promise<{ ok: true; length: number }>;
} {
  const events: { event: Event; key: string | undefined }[] = [];
  const documents = new Map<Hash, unknown>();
  return {
    async append(body: EventBody, { key } = {}) {
      const known = key === undefined ? undefined : events.find((each) => each.key === key);
      if (known) return { event: known.event, fresh: false };
      const place = {
        seq: events.length + 1,
        at: new Date(clock.now()).toISOString(),
        previous: events.at(-1)?.event.hash ?? "0".repeat(64),
      };
      const event = { ...body, ...place, hash: hashValue({ ...place, body }) };
      events.push({ event, key });
      return { event, fresh: true };
    },
    find: async (key) => events.find((each) => each.key === key)?.event,
    events: async ({ after = 0, limit = 1_000, types, round }) =>
      events
        .map(({ event }) => event)
        .filter(
          (event) =>
            event.seq > after &&
            (types === undefined || types.includes(event.type)) &&
            (round === undefined || ("round" in event && event.round === round)),
        )
        .slice(0, limit),
    lastRound: async () => {
      const rounds = events.flatMap(({ event }) => ("round" in event ? [event.round] : []));
      return rounds.length === 0 ? null : Math.max(...rounds);
    },
    async putDocument(_, value) {
      const hash = hashValue(value);
      documents.set(hash, JSON.parse(JSON.stringify(value)));
      return hash;
    },
    async getDocument(hash) {
      if (!documents.has(hash)) throw new Error(`no document ${hash}`);
      return documents.get(hash);
    },
    verifyChain: async () => ({ ok: true, length: events.length }),
  };
}
