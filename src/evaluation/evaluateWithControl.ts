import type { Blobs, Clock } from "../platform/index.ts";
import type { Task } from "../protocol/index.ts";
import { evaluate, type Graded } from "./evaluate.ts";
import type { Judge } from "./judge/judge.ts";
import type { WarmTesters } from "./warmTesters.ts";

/**
 * Judge a patch on a warm tester, and where that cannot be done, gold beside it: `unscored` costs its miner nothing, so
 * that a patch which breaks its judge, and no other, would be worth sending. Where gold is resolved between two failures
 * of the patch, the machine is sound: then it is `unresolved`, and says why. Else it stays `unscored`. What timed out
 * beside others is judged again by itself: whoever fills the processors slows down its neighbours.
 */
export async function evaluateWithControl(
  patch: string,
  task: Task,
  testers: Pick<WarmTesters, "lend">,
  {
    judge,
    ...using
  }: {
    blobs: Pick<Blobs, "get">;
    clock: Pick<Clock, "now">;
    judge?: Judge;
    signal?: AbortSignal;
  },
): Promise<Graded> {
  let hadCompany = false;
  const once = (diff: string, asked: { judge?: Judge }, options: { alone?: boolean } = {}) =>
    testers.lend(
      task,
      async (tester, had) => {
        const graded = await evaluate(diff, task, { ...using, ...asked, tester });
        hadCompany = had();
        return graded;
      },
      ({ verdict }) => verdict === "unscored", // perhaps the template died of an earlier patch
      options,
    );
  const asked = judge ? { judge } : {};
  let first = await once(patch, asked);
  if (first.verdict === "timed-out" && hadCompany) first = await once(patch, asked, { alone: true });
  if (first.verdict !== "unscored") return first;
  const control = await once(task.gold, {});
  if (control.verdict !== "resolved") return first;
  const again = await once(patch, asked);
  if (again.verdict !== "unscored") return again;
  const reason = `it cannot be judged, although gold can: ${again.reason}`.slice(0, 500);
  return { ...again, verdict: "unresolved", reason };
}
