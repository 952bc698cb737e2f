import { max } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { Attempt, Evaluation, Score } from "../protocol/index.ts";
import { type EventOf, type EventType, readEvents } from "./events.ts";
import { guarded } from "./failure.ts";
import { events } from "./schema.ts";

/** First and last round number, both included. */
export interface RoundWindow {
  first: number;
  last: number;
}

/** The highest round number that any event names; null while there is none. */
export async function lastRound({ database }: { database: NodePgDatabase }): Promise<number | null> {
  const [row] = await guarded("reading the record", () =>
    database.select({ last: max(events.round) }).from(events),
  );
  return row?.last ?? null;
}

/** All events of one kind in a window of rounds, oldest first, however many there are. */
export async function eventsOfRounds<Type extends EventType>(
  type: Type,
  rounds: RoundWindow,
  { database }: { database: NodePgDatabase },
): Promise<EventOf<Type>[]> {
  const found: EventOf<Type>[] = [];
  for (let after = 0; ; ) {
    const page = await readEvents({ after, types: [type], rounds, limit: 1_000 }, { database });
    found.push(...page.filter((event): event is EventOf<Type> => event.type === type));
    const last = page.at(-1);
    if (!last || page.length < 1_000) return found;
    after = last.seq;
  }
}

/** The attempts of a window, as the protocol's record. */
export async function attemptsOf(rounds: RoundWindow, at: { database: NodePgDatabase }): Promise<Attempt[]> {
  return (await eventsOfRounds("attempt", rounds, at)).map((event) =>
    Attempt.parse({ ...event, hotkey: event.miner }),
  );
}

export async function evaluationsOf(
  rounds: RoundWindow,
  at: { database: NodePgDatabase },
): Promise<Evaluation[]> {
  return (await eventsOfRounds("verdict", rounds, at)).map((event) =>
    Evaluation.parse({ ...event, hotkey: event.miner }),
  );
}

export async function scoresOf(rounds: RoundWindow, at: { database: NodePgDatabase }): Promise<Score[]> {
  return (await eventsOfRounds("score", rounds, at)).map((event) =>
    Score.parse({ ...event, hotkey: event.miner }),
  );
}
