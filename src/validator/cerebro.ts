import { emptyModel, learn, Model, type TaskOutcome } from "../cerebro/index.ts";
import type { Hash } from "../protocol/index.ts";
import { eventsOf, type Journal, keys } from "./journal.ts";
import { openTask } from "./stages/documents.ts";

type Reading = Pick<Journal, "events" | "find" | "getDocument">;

/** What Cerebro knew when a round began: its model after the round before. */
export async function modelBefore(round: number, journal: Reading): Promise<Model> {
  if (round === 0) return emptyModel();
  const event = await journal.find(keys.cerebro(round - 1));
  if (event?.type !== "cerebro") return emptyModel();
  return Model.parse(await journal.getDocument(event.record));
}

/** The model with a round's outcomes in it: what was answered and could be judged, task by task. */
export async function modelAfter(round: number, journal: Reading): Promise<Model> {
  const verdicts = await eventsOf(journal, "verdict", round);
  const attempts = await eventsOf(journal, "attempt", round);
  const outcomes: TaskOutcome[] = [];
  for (const { task, generator, record } of await eventsOf(journal, "task", round)) {
    const { suspectLines } = await openTask(record, journal);
    for (const { miner: hotkey, status } of attempts.filter((each) => each.task === task)) {
      const verdict = verdicts.find((each) => each.task === task && each.miner === hotkey)?.verdict;
      // silence and lateness tell of a line or a clock, not of an ability
      const tells =
        status === "abstained" || (status === "patch" && verdict !== undefined && verdict !== "unscored");
      if (tells) outcomes.push({ task, hotkey, generator, suspectLines, resolved: verdict === "resolved" });
    }
  }
  outcomes.sort((a, b) => (a.hotkey < b.hotkey ? -1 : a.hotkey > b.hotkey ? 1 : 0));
  return learn(await modelBefore(round, journal), outcomes);
}

/** Learn from a round, once, and record what is known now. */
export async function learnRound(round: number, seed: string | null, journal: Journal): Promise<Hash> {
  const model = await modelAfter(round, journal);
  const record = await journal.putDocument("cerebro", model);
  const { event } = await journal.append(
    { type: "cerebro", round, tasks: model.tasks, record, seed },
    { key: keys.cerebro(round) },
  );
  return event.type === "cerebro" ? event.record : record;
}
