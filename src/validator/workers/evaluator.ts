import { z } from "zod";
import {
  evaluateWithControl,
  type Judge,
  openWarmTesters,
  testerOf,
  unscored,
  versionsOf,
} from "../../evaluation/index.ts";
import type { Blobs } from "../../platform/index.ts";
import { Hash, Task } from "../../protocol/index.ts";
import type { Preparing } from "../../python/index.ts";
import type { EvaluatePatch } from "../stages/evaluate.ts";

/** One evaluation as it stands in the queue: hashes alone, what they name is fetched by them. */
export const Job = z.object({ patch: Hash, task: Hash });
export type Job = z.infer<typeof Job>;

/** What comes back. */
export type Judged = Awaited<ReturnType<EvaluatePatch>>;

/** The queue's name, and that of the work in it. Neither ever changes: what is in it may be older than the code. */
export const QUEUE = "evaluations";
export const EVALUATION = "evaluation";

/** Judges jobs, with warm testers. */
export interface Evaluator extends AsyncDisposable {
  /** Always an evaluation: what cannot be fetched, prepared or run here is `unscored`. Throws only when it is to end. */
  evaluate(job: Job): Promise<Judged>;
}

/**
 * Open an evaluator. Patches and tasks lie in `blobs`; packages are prepared from the task's own account of them, and
 * compared with it. `folder` takes the place of every package, for work on a project of one's own.
 */
export function openEvaluator(
  preparing: Preparing,
  { blobs, judge, folder }: { blobs: Blobs; judge?: Judge | undefined; folder?: string | undefined },
): Evaluator {
  const { sandbox, clock, signal } = preparing;
  const versions = versionsOf(sandbox);
  const testers = openWarmTesters((task) => testerOf(task, { folder }, preparing));
  const text = async (hash: Hash) => Buffer.from(await blobs.get(hash)).toString("utf8");
  const using = { blobs, clock, ...(judge ? { judge } : {}), ...(signal ? { signal } : {}) };
  return {
    async evaluate(job) {
      try {
        const { patch, task: hash } = Job.parse(job);
        const [diff, task] = [await text(patch), Task.parse(JSON.parse(await text(hash)))];
        return { graded: await evaluateWithControl(diff, task, testers, using), versions };
      } catch (error) {
        signal?.throwIfAborted();
        return { graded: unscored(error), versions };
      }
    },
    [Symbol.asyncDispose]: () => testers[Symbol.asyncDispose](),
  };
}
