import { unscored } from "../../evaluation/index.ts";
import { type Blobs, TaoceptionError } from "../../platform/index.ts";
import type { ReceiptBody } from "../../protocol/index.ts";
import type { EvaluatePatch } from "../stages/evaluate.ts";
import { EVALUATION, type Job, type Judged } from "./evaluator.ts";

/** Work that others do, as it is used here. */
export interface Queued {
  enqueue(name: string, id: string, input: unknown): Promise<void>;
  result(id: string): Promise<unknown>;
}

/** How often an evaluation is asked for that we could not make: perhaps by another worker the next time. */
const ASKS = 2;

/** What of the queue belongs to a round, by the beginning of its id. */
export const queuedIn = (round: string) => `${round}/`;

/**
 * Let a patch be judged by whoever works the queue, under an id of (round, task, miner): asked again after a crash
 * it is the same evaluation. One that its workers die of is `unscored`.
 */
export function askForEvaluation({
  queued,
  blobs,
  versions,
}: {
  queued: Queued;
  blobs: Pick<Blobs, "put">;
  versions: ReceiptBody["versions"];
}): EvaluatePatch {
  return async (patch, task, { miner, round }) => {
    const job: Job = { patch: await blobs.put(patch), task: await blobs.put(JSON.stringify(task)) };
    let judged: Judged | undefined;
    for (
      let ask = 1;
      ask <= ASKS && (judged === undefined || judged.graded.verdict === "unscored");
      ask += 1
    ) {
      const id = `${queuedIn(`round:${round}`)}${task.id}/${miner}/${ask}`;
      await queued.enqueue(EVALUATION, id, job);
      judged = (await queued.result(id).catch((error: unknown) => {
        if (!(error instanceof TaoceptionError && error.code === "given-up")) throw error;
        return { graded: unscored(error), versions };
      })) as Judged;
    }
    if (judged === undefined) throw new Error("no evaluation was asked for");
    return judged;
  };
}
