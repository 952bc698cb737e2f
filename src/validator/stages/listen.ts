import type { Clock } from "../../platform/index.ts";
import type { Hash } from "../../protocol/index.ts";
import { eventsOf, type Journal } from "../journal.ts";
import { Asked, open } from "./documents.ts";

const POLL_MS = 250;
/** After the deadline a committed answer may still be revealed for this long: its hash is already fixed. */
export const REVEAL_MS = 10_000;

/** After it was away, a validator listens at least this long to those whose answers it may have missed. */
const GRACE_MS = 8_000;

/** Until when commits are taken, in Unix milliseconds, by a process that began at `startedAt`. */
export function heardUntil(
  { asked, deadline }: { asked: number; deadline: number },
  startedAt: number,
): number {
  return startedAt > asked ? Math.max(deadline, startedAt + GRACE_MS) : deadline;
}

/**
 * Wait until every miner has revealed its answer or refused, at most until the recorded deadline plus the
 * time for reveals. Repeated after a crash it waits for the same moment.
 */
export async function listen(
  asked: Hash,
  {
    journal,
    clock,
    startedAt,
    signal,
  }: { journal: Journal; clock: Clock; startedAt: number; signal: AbortSignal },
): Promise<Hash> {
  const { round, asked: askedAt, deadline, challenges } = await open(Asked, asked, journal);
  const end = heardUntil({ asked: askedAt, deadline }, startedAt);
  for (;;) {
    const attempts = await eventsOf(journal, "attempt", round);
    if (attempts.length >= challenges.length) return asked;
    const commits = await eventsOf(journal, "commit", round);
    const until = commits.length > attempts.length ? end + REVEAL_MS : end;
    if (clock.now() >= until) return asked;
    await clock.sleep(Math.min(POLL_MS, until - clock.now()), signal);
  }
}
