import { Evaluation, type Score } from "../protocol/index.ts";
import { score } from "../scoring/index.ts";
import { eventsOf, type Journal } from "./journal.ts";

/**
 * Every score of a round from the record alone: its attempts in their order, with their verdicts and the time that
 * each challenge allowed. An attempt without a patch scores 0; an unscored patch has no score, nor has one that our own outage may have swallowed.
 */
export async function scoresOf(round: number, journal: Pick<Journal, "events">): Promise<Score[]> {
  const verdicts = new Map(
    (await eventsOf(journal, "verdict", round)).map((event) => [
      `${event.task} ${event.miner}`,
      Evaluation.parse({ ...event, hotkey: event.miner }),
    ]),
  );
  const allowed = new Map(
    (await eventsOf(journal, "challenge", round)).map(({ task, miner, allowedMs }) => [
      `${task} ${miner}`,
      allowedMs,
    ]),
  );
  const scores: Score[] = [];
  for (const { task, miner: hotkey, status, elapsedMs, excused } of await eventsOf(
    journal,
    "attempt",
    round,
  )) {
    const evaluation = verdicts.get(`${task} ${hotkey}`) ?? null;
    const deadlineMs = allowed.get(`${task} ${hotkey}`);
    if (deadlineMs === undefined || excused || (status === "patch" && evaluation === null)) continue;
    const found = score({ round, task, hotkey, elapsedMs }, evaluation, { deadlineMs });
    if (found) scores.push(found);
  }
  return scores;
}
