import type { Stages } from "./stages/index.ts";
import type { RoundEnd } from "./stages/score.ts";

/** What makes a round durable: each step's output is stored, and a step that has ended is not run again. */
export interface Durably {
  step<In extends unknown[], Out>(
    name: string,
    run: (...input: In) => Promise<Out>,
    ...input: In
  ): Promise<Out>;
  each<In, Out>(name: string, run: (item: In) => Promise<Out>, items: readonly In[]): Promise<Out[]>;
}

/**
 * One round: one package, its tasks, all miners asked, all answers judged. This is the whole path of the
 * data; each word is a file in `stages/`.
 */
export async function round(number: number, { step, each }: Durably, stage: Stages): Promise<RoundEnd> {
  const drawn = await step("draw", stage.draw, number);
  const prepared = await step("prepare", stage.prepare, drawn);
  const tasks = await step("make", stage.make, prepared);
  const asked = await step("ask", stage.ask, tasks);
  const heard = await step("listen", stage.listen, asked); // until the recorded deadline, or until all have answered
  const attempts = await step("collect", stage.collect, heard);
  const evaluations = await each("evaluate", stage.evaluate, attempts);
  return step("score", stage.score, heard, evaluations);
}
