import type { Clock } from "../../platform/index.ts";
import type { Challenge, Hash, Task } from "../../protocol/index.ts";
import { type Journal, keys } from "../journal.ts";
import { Made, open, openTask, PreparedRound } from "./documents.ts";

/** The miners as the chain lists them now. */
export type ListMiners = () => Promise<{ hotkey: string; url: string }[]>;
/** Send one challenge; resolves to null when it was accepted, else to why not. Never throws for the miner's faults. */
export type SendChallenge = (
  miner: { hotkey: string; url: string },
  challenge: Challenge,
) => Promise<string | null>;

/** Send every task to every miner. The deadline is the moment of asking plus a constant, and is recorded. */
export async function ask(
  made: Hash,
  {
    journal,
    clock,
    listMiners,
    sendChallenge,
    deadlineMs,
    returnAddress,
  }: {
    journal: Journal;
    clock: Clock;
    listMiners: ListMiners;
    sendChallenge: SendChallenge;
    deadlineMs: number;
    returnAddress: string;
  },
): Promise<Hash> {
  const { round, prepared, tasks } = await open(Made, made, journal);
  const { project } = await open(PreparedRound, prepared, journal);
  const lock = project?.environment.lock ?? "";
  const miners = tasks.length > 0 ? await listMiners() : [];
  const asked = clock.now();
  const deadline = asked + deadlineMs;
  const challenges: { task: string; record: Hash; hotkey: string }[] = [];
  for (const record of tasks) {
    const task = await openTask(record, journal);
    await Promise.all(
      miners.map(async (miner) => {
        // recorded first, since the miner may come for the tree at once; a repeated step asks again for the same time
        const { event } = await journal.append(
          {
            type: "challenge",
            round,
            task: task.id,
            miner: miner.hotkey,
            deadline: new Date(deadline).toISOString(),
            allowedMs: deadlineMs,
            mode: "wire",
          },
          { key: keys.challenge(task.id, miner.hotkey) },
        );
        const until = event.type === "challenge" ? Date.parse(event.deadline) : deadline;
        const challenge = challengeOf(task, { round, lock, deadline: until, returnAddress });
        const refusal = await sendChallenge(miner, challenge);
        if (refusal !== null) await refused(refusal, { round, task: task.id, miner: miner.hotkey }, journal);
        challenges.push({ task: task.id, record, hotkey: miner.hotkey });
      }),
    );
  }
  challenges.sort((a, b) => (`${a.task} ${a.hotkey}` < `${b.task} ${b.hotkey}` ? -1 : 1));
  return journal.putDocument("asked", { round, made, asked, deadline, challenges });
}

async function refused(
  reason: string,
  of: { round: number; task: string; miner: string },
  journal: Journal,
): Promise<void> {
  const { task, miner } = of;
  await journal.append(
    {
      type: "attempt",
      ...of,
      status: "refused",
      patch: null,
      elapsedMs: null,
      agent: null,
      reason,
      excused: false,
      mode: "wire",
    },
    { key: keys.attempt(task, miner) },
  );
}

/** The half of a task that a miner may see. Nothing else of a task ever leaves the validator. */
function challengeOf(
  task: Task,
  {
    round,
    lock,
    deadline,
    returnAddress,
  }: { round: number; lock: string; deadline: number; returnAddress: string },
): Challenge {
  return {
    round,
    task: task.id,
    statement: task.statement,
    context: task.context,
    tree: task.challengeTree,
    environment: { hash: task.environment, lock },
    difficulty: task.difficulty,
    deadline: new Date(deadline).toISOString(),
    returnAddress,
  };
}
