import type { Clock } from "../platform/index.ts";
import type { Challenge } from "../protocol/index.ts";
import type { Job, Jobs } from "./jobs.ts";
import type { Peers } from "./peers.ts";

/** How far ahead a deadline may lie, and how many jobs may wait. */
const RECEIVE_LIMITS = { aheadMs: 60 * 60_000, waiting: 64 };

/**
 * Take a challenge from an authenticated validator: 202 and a job, or why not. The same challenge again is
 * accepted again without a second job. `originOf` tells where the chain says that this validator serves:
 * a return address anywhere else is refused, so that nobody can point a miner at a third party.
 */
export async function receive(
  validator: string,
  challenge: Challenge,
  { jobs, clock, originOf }: { jobs: Jobs; clock: Clock; originOf: Peers["originOf"] },
): Promise<{ status: number; reason: string; fresh: boolean }> {
  const known = await jobs.get(challenge.task);
  if (known) {
    const same = known.validator === validator && known.challenge.tree === challenge.tree;
    return same
      ? { status: 202, reason: "known", fresh: false }
      : { status: 409, reason: "another challenge of that name", fresh: false };
  }
  const now = clock.now();
  const deadline = Date.parse(challenge.deadline);
  if (deadline <= now) return { status: 410, reason: "the deadline has passed", fresh: false };
  if (deadline > now + RECEIVE_LIMITS.aheadMs)
    return { status: 400, reason: "the deadline is too far ahead", fresh: false };
  const { origin } = new URL(challenge.returnAddress);
  // a validator that has just come back serves elsewhere than the last look at the chain tells
  if ((await originOf(validator)) !== origin && (await originOf(validator, "now")) !== origin)
    return { status: 403, reason: "the return address is not the validator's registered one", fresh: false };
  const waiting = (await jobs.list()).filter(({ state }) => state === "received" || state === "solved");
  if (waiting.length >= RECEIVE_LIMITS.waiting)
    return { status: 429, reason: "too many jobs are waiting", fresh: false };
  const job: Job = { challenge, validator, receivedAt: now, state: "received", salt: null, answer: null };
  await jobs.put(job);
  return { status: 202, reason: "accepted", fresh: true };
}
