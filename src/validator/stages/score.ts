import type { Hash } from "../../protocol/index.ts";
import { learnRound } from "../cerebro.ts";
import { eventsOf, type Journal, keys } from "../journal.ts";
import { scoresOf } from "../scores.ts";
import { Asked, Made, open, PreparedRound } from "./documents.ts";

/** What a round comes to: counts and a hash, never the things themselves. */
export interface RoundEnd {
  tasks: number;
  attempts: number;
  scores: Hash | null;
}

/**
 * Score every attempt of the round from the record alone, record the scores, and let Cerebro learn from the
 * outcomes; with that the round is over, and its seed is told. An attempt without a patch scores 0; an unscored patch gets no score: a miner never pays for our outage.
 */
export async function score(
  asked: Hash,
  evaluations: readonly Hash[],
  { journal }: { journal: Journal },
): Promise<RoundEnd> {
  const { round, made } = await open(Asked, asked, journal);
  const { seed, package: drawn } = await open(
    PreparedRound,
    (await open(Made, made, journal)).prepared,
    journal,
  );
  const attempts = await eventsOf(journal, "attempt", round);
  const tasks = await eventsOf(journal, "task", round);
  const scores = await scoresOf(round, journal);
  const modes = new Map(attempts.map(({ task, miner, mode = "wire" }) => [`${task} ${miner}`, mode]));
  for (const { hotkey: miner, ...rest } of scores) {
    const mode = modes.get(`${rest.task} ${miner}`) ?? "wire";
    await journal.append({ type: "score", miner, ...rest, mode }, { key: keys.score(rest.task, miner) });
  }
  const hash = tasks.length === 0 ? null : await journal.putDocument("scores", { scores, evaluations });
  await learnRound(round, drawn ? seed : null, journal);
  return { tasks: tasks.length, attempts: attempts.length, scores: hash };
}
