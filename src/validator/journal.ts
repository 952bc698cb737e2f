import type { Event, EventBody, Hash } from "../protocol/index.ts";

/**
 * The record as the validator uses it. `append` is check-and-insert: a second append under the same key
 * changes nothing and gives the first event back with `fresh` false.
 */
export interface Journal {
  append(body: EventBody, options?: { key?: string }): Promise<{ event: Event; fresh: boolean }>;
  find(key: string): Promise<Event | undefined>;
  events(query: {
    after?: number;
    limit?: number;
    types?: readonly EventBody["type"][];
    round?: number;
  }): Promise<Event[]>;
  /** The highest round number that any event names. */
  lastRound(): Promise<number | null>;
  putDocument(kind: string, value: unknown): Promise<Hash>;
  getDocument(hash: Hash): Promise<unknown>;
}

/** The event of one kind, narrowed. */
export type EventOf<Type extends EventBody["type"]> = Event & { type: Type };

/** All events of one kind in a round, oldest first. */
export async function eventsOf<Type extends EventBody["type"]>(
  journal: Pick<Journal, "events">,
  type: Type,
  round: number,
): Promise<EventOf<Type>[]> {
  const events = await journal.events({ types: [type], round, limit: 10_000 });
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

/** Keys under which events enter the record once, however often a step is repeated. */
export const keys = {
  package: (round: number) => `package:${round}`,
  packageFailed: (round: number, name: string, version: string) =>
    `package-failed:${round}:${name}:${version}`,
  task: (task: string) => `task:${task}`,
  challenge: (task: string, hotkey: string) => `challenge:${task}:${hotkey}`,
  commit: (task: string, hotkey: string) => `commit:${task}:${hotkey}`,
  attempt: (task: string, hotkey: string) => `attempt:${task}:${hotkey}`,
  verdict: (task: string, hotkey: string) => `verdict:${task}:${hotkey}`,
  score: (task: string, hotkey: string) => `score:${task}:${hotkey}`,
  cerebro: (round: number) => `cerebro:${round}`,
  weights: (beat: number) => `weights:${beat}`,
  epoch: (index: number) => `epoch:${index}`,
};
