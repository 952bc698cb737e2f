import { join } from "node:path";
import { attemptRow, taskRow, verdictRow, writeJsonl } from "../dataset/index.ts";
import { testPatchOf } from "../evaluation/index.ts";
import type { Blobs } from "../platform/index.ts";
import { Attempt, Evaluation, Score, Task } from "../protocol/index.ts";
import { eventsOf, type Journal, keys } from "./journal.ts";

type Reading = Pick<Journal, "events" | "find" | "getDocument" | "lastRound">;
type Row = Record<string, unknown>;

/** Rows written into each file. */
export interface Published {
  tasks: number;
  attempts: number;
  verdicts: number;
}

/**
 * Write everything that was recorded as a dataset: `tasks.jsonl`, `attempts.jsonl` and `verdicts.jsonl` under
 * SWE-bench's column names first. Each file appears whole; a round is in it once all of it is over.
 */
export async function publish(
  out: string,
  { journal, blobs }: { journal: Reading; blobs: Pick<Blobs, "get"> },
): Promise<Published> {
  const write = (name: string, rowsOf: (round: number) => Promise<Row[]>) =>
    writeJsonl(join(out, `${name}.jsonl`), everyRound(rowsOf, journal));
  return {
    tasks: await write("tasks", (round) => tasksOf(round, journal, blobs)),
    attempts: await write("attempts", (round) => attemptsOf(round, journal)),
    verdicts: await write("verdicts", (round) => verdictsOf(round, journal)),
  };
}

async function* everyRound(rowsOf: (round: number) => Promise<Row[]>, journal: Reading) {
  const last = await journal.lastRound();
  for (let round = 0; round <= (last ?? -1); round += 1)
    if (await journal.find(keys.cerebro(round))) yield* await rowsOf(round);
}

async function tasksOf(round: number, journal: Reading, blobs: Pick<Blobs, "get">): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { record } of await eventsOf(journal, "task", round)) {
    const task = Task.parse(await journal.getDocument(record));
    rows.push(taskRow(task, await testPatchOf(task, { blobs })));
  }
  return rows;
}

async function attemptsOf(round: number, journal: Reading): Promise<Row[]> {
  const rows: Row[] = [];
  for (const event of await eventsOf(journal, "attempt", round)) {
    const attempt = Attempt.parse({ ...event, hotkey: event.miner });
    const patch = attempt.patch === null ? null : String(await journal.getDocument(attempt.patch));
    rows.push(attemptRow(attempt, patch));
  }
  return rows;
}

async function verdictsOf(round: number, journal: Reading): Promise<Row[]> {
  const scores = new Map(
    (await eventsOf(journal, "score", round)).map((event) => [
      `${event.task} ${event.miner}`,
      Score.parse({ ...event, hotkey: event.miner }),
    ]),
  );
  return (await eventsOf(journal, "verdict", round)).map((event) =>
    verdictRow(
      Evaluation.parse({ ...event, hotkey: event.miner }),
      scores.get(`${event.task} ${event.miner}`) ?? null,
      event.mode,
    ),
  );
}
