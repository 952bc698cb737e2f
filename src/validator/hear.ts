import type { Clock } from "../platform/index.ts";
import { type Commit, type Hash, hashValue, type Reveal } from "../protocol/index.ts";
import { type EventOf, eventsOf, type Journal, keys } from "./journal.ts";
import { openTask } from "./stages/documents.ts";
import { heardUntil, REVEAL_MS } from "./stages/listen.ts";

/** What is answered to a miner; the body carries nothing of weight, for responses are unsigned. */
export interface Heard {
  status: number;
  closed: boolean;
  reason: string;
}

const unknown: Heard = { status: 404, closed: true, reason: "no such challenge was sent to this hotkey" };

/**
 * A miner's commit: recorded once, if it was challenged and the deadline has not passed by the
 * validator's clock (a validator that was away in between listens a little longer). The same commit again is answered alike; another one for the same task is refused.
 */
export async function hearCommit(
  hotkey: string,
  { task, commitment }: Commit,
  { journal, clock, startedAt }: { journal: Journal; clock: Clock; startedAt: number },
): Promise<Heard> {
  const challenge = await challengeOf(journal, task, hotkey);
  if (!challenge) return unknown;
  const key = keys.commit(task, hotkey);
  const until = heardUntil(
    { asked: Date.parse(challenge.at), deadline: Date.parse(challenge.deadline) },
    startedAt,
  );
  if (!(await journal.find(key)) && clock.now() > until)
    return { status: 410, closed: true, reason: "the deadline has passed" };
  const { event } = await journal.append(
    { type: "commit", round: challenge.round, task, miner: hotkey, commitment },
    { key },
  );
  if (event.type !== "commit" || event.commitment !== commitment)
    return { status: 409, closed: true, reason: "another answer was committed before" };
  return {
    status: 200,
    closed: await everyoneCommitted(journal, challenge.round, task),
    reason: "committed",
  };
}

/**
 * A miner's reveal: the answer must be the one that was committed, and come before the time for reveals is
 * over. It becomes the attempt, timed by the commit.
 */
export async function hearReveal(
  hotkey: string,
  { task, salt, agent, answer }: Reveal,
  { journal, clock, startedAt }: { journal: Journal; clock: Clock; startedAt: number },
): Promise<Heard> {
  const challenge = await challengeOf(journal, task, hotkey);
  if (!challenge) return unknown;
  const commit = await journal.find(keys.commit(task, hotkey));
  if (commit?.type !== "commit") return { status: 409, closed: true, reason: "nothing was committed" };
  if (hashValue({ task, hotkey, salt, answer }) !== commit.commitment)
    return { status: 409, closed: true, reason: "the answer is not the one that was committed" };
  const key = keys.attempt(task, hotkey);
  const times = { asked: Date.parse(challenge.at), deadline: Date.parse(challenge.deadline) };
  const late = clock.now() > heardUntil(times, startedAt) + REVEAL_MS;
  if (late && !(await journal.find(key)))
    return { status: 410, closed: true, reason: "the time for reveals has passed" };
  const patch = answer.status === "patch" ? await journal.putDocument("patch", answer.patch) : null;
  const reason = answer.status === "abstained" ? answer.reason : null;
  const elapsedMs = Math.max(0, Date.parse(commit.at) - Date.parse(challenge.at));
  const { event } = await journal.append(
    {
      type: "attempt",
      round: challenge.round,
      task,
      miner: hotkey,
      status: answer.status,
      patch,
      elapsedMs,
      agent,
      reason,
      excused: false,
      mode: "wire",
    },
    { key },
  );
  if (event.type !== "attempt" || event.status !== answer.status)
    return { status: 410, closed: true, reason: "the attempt was closed before" };
  return { status: 200, closed: true, reason: "revealed" };
}

/** May this miner fetch this tree? Only one of a challenge of its own, in this round or the one before. */
export async function mayFetch(
  hotkey: string,
  tree: Hash,
  { journal }: { journal: Journal },
): Promise<boolean> {
  for (const event of await recentTasks(journal)) {
    const { challengeTree } = await openTask(event.record, journal);
    if (challengeTree === tree && (await challengeOf(journal, event.task, hotkey))) return true;
  }
  return false;
}

/** Tasks that may still be open: those of the last two rounds. */
async function recentTasks(journal: Journal): Promise<EventOf<"task">[]> {
  const last = await journal.lastRound();
  if (last === null) return [];
  return [...(await eventsOf(journal, "task", last)), ...(await eventsOf(journal, "task", last - 1))];
}

async function challengeOf(
  journal: Journal,
  task: string,
  hotkey: string,
): Promise<EventOf<"challenge"> | undefined> {
  const event = await journal.find(keys.challenge(task, hotkey));
  return event?.type === "challenge" ? event : undefined;
}

/** All who were asked have committed or refused: nobody is left who could gain from seeing an answer. */
async function everyoneCommitted(journal: Journal, round: number, task: string): Promise<boolean> {
  const of = async (type: "challenge" | "commit" | "attempt") =>
    (await eventsOf(journal, type, round)).filter((event) => event.task === task);
  const done = new Set([...(await of("commit")), ...(await of("attempt"))].map(({ miner }) => miner));
  return (await of("challenge")).every(({ miner }) => done.has(miner));
}
