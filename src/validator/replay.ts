import { rate } from "../cerebro/index.ts";
import { canonicalJson, hashBytes, Task } from "../protocol/index.ts";
import { weigh } from "./beat.ts";
import { modelAfter, modelBefore } from "./cerebro.ts";
import { eventsOf, type Journal, keys } from "./journal.ts";
import { scoresOf } from "./scores.ts";

/** What a replay compared and where it came out otherwise. */
export interface Replay {
  round: number;
  /** Whether every link of the record holds, and how many events do. */
  record: { ok: boolean; events: number; reason: string | null };
  /** Numbers recomputed from the record, of each kind. */
  compared: { difficulties: number; scores: number; models: number; weights: number };
  /** One line for each number that is not the recorded one, to the bit. */
  differences: string[];
}

type Reading = Pick<Journal, "events" | "find" | "getDocument" | "lastRound"> & {
  verifyChain(): Promise<{ ok: true; length: number } | { ok: false; seq: number; reason: string }>;
};

/**
 * Recompute everything that follows from what was recorded of a round: the tasks' difficulties from the model of the
 * round before, the scores from the attempts and verdicts, the model from the outcomes, and every set of weights whose
 * window holds the round. No network, no chain, no miner. Null when the record has no such round.
 */
export async function replay(round: number, journal: Reading): Promise<Replay | null> {
  const last = await journal.lastRound();
  if (last === null || round > last) return null;
  const chain = await journal.verifyChain();
  const differences: string[] = [];
  const compare = (what: string, recorded: unknown, again: unknown) => {
    const [was, is] = [canonicalJson(recorded), canonicalJson(again)];
    if (was !== is) differences.push(`${what}: recorded ${was}, recomputed ${is}`);
  };

  const before = await modelBefore(round, journal);
  const tasks = await eventsOf(journal, "task", round);
  for (const { task, record, difficulty } of tasks) {
    const { generator, suspectLines } = Task.parse(await journal.getDocument(record));
    compare(`difficulty of ${task}`, difficulty, rate(before, { generator, suspectLines }));
  }

  const recorded = await eventsOf(journal, "score", round);
  const again = new Map(
    (await scoresOf(round, journal)).map((each) => [`${each.task} ${each.hotkey}`, each]),
  );
  for (const { task, miner, round: of, score, gate, concise, likeness, time, judge } of recorded) {
    const name = `${task} ${miner}`;
    const was = { round: of, task, hotkey: miner, score, gate, concise, likeness, time, judge };
    compare(`score of ${miner} on ${task}`, was, again.get(name) ?? null);
    again.delete(name);
  }
  const model = await journal.find(keys.cerebro(round));
  const drawn = await journal.find(keys.package(round));
  if (drawn?.type === "package" && model?.type === "cerebro")
    compare("hash of the seed", drawn.seedHash, hashBytes(model.seed ?? ""));
  for (const name of model ? again.keys() : []) differences.push(`score of ${name}: not in the record`);
  if (model?.type === "cerebro")
    compare("Cerebro's model", await journal.getDocument(model.record), await modelAfter(round, journal));

  const beats = (await weightsOf(journal)).filter(
    ({ window: { first, last: end } }) => first <= round && round <= end,
  );
  for (const { beat, window, rows } of beats)
    compare(`weights of beat ${beat}`, rows, await weigh(window, rows, journal));

  return {
    round,
    record: chain.ok
      ? { ok: true, events: chain.length, reason: null }
      : { ok: false, events: chain.seq - 1, reason: chain.reason },
    compared: {
      difficulties: tasks.length,
      scores: recorded.length,
      models: model ? 1 : 0,
      weights: beats.length,
    },
    differences,
  };
}

async function weightsOf(journal: Pick<Journal, "events">) {
  const events = await journal.events({ types: ["weights"], limit: 100_000 });
  return events.flatMap((event) => (event.type === "weights" ? [event] : []));
}
