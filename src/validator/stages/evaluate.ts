import { TaoceptionError } from "../../platform/index.ts";
import type { Evaluation, Hash, Task } from "../../protocol/index.ts";
import type { Project } from "../../python/index.ts";
import { type Journal, keys } from "../journal.ts";
import { Judged, open, openTask, PreparedRound } from "./documents.ts";

/** Judge one patch; what it says about the attempt itself is added here. */
export type EvaluatePatch = (
  patch: string,
  task: Task,
  project: Project,
) => Promise<Omit<Evaluation, "round" | "task" | "hotkey" | "patch">>;

/** Judge one attempt's patch and record the verdict once. */
export async function evaluate(
  judged: Hash,
  { journal, evaluatePatch }: { journal: Journal; evaluatePatch: EvaluatePatch },
): Promise<Hash> {
  const { attempt, record, prepared } = await open(Judged, judged, journal);
  const { round, task, hotkey, patch } = attempt;
  if (patch === null)
    throw new TaoceptionError("no-patch", `the attempt of ${hotkey} at ${task} has no patch`);
  const key = keys.verdict(task, hotkey);
  const earlier = await journal.find(key);
  const { project } = await open(PreparedRound, prepared, journal);
  if (project === null) throw new TaoceptionError("no-project", `round ${round} has no project`);
  const found =
    earlier?.type === "verdict"
      ? earlier
      : await evaluatePatch(
          String(await journal.getDocument(patch)),
          await openTask(record, journal),
          project,
        );
  const { event } = await journal.append(
    { ...evaluationPart(found), type: "verdict", round, task, miner: hotkey, patch },
    { key },
  );
  if (event.type !== "verdict") throw new TaoceptionError("wrong-event", `${key} is a ${event.type}`);
  const evaluation: Evaluation = { ...evaluationPart(event), round, task, hotkey, patch };
  return journal.putDocument("evaluation", evaluation);
}

/** What of an event is the evaluation itself. */
function evaluationPart(of: Omit<Evaluation, "round" | "task" | "hotkey" | "patch">) {
  const { verdict, layer, reason, failToPass, passToPass } = of;
  const { patchLines, goldLines, likeness, judge, durationMs } = of;
  return {
    verdict,
    layer,
    reason,
    failToPass,
    passToPass,
    patchLines,
    goldLines,
    likeness,
    judge,
    durationMs,
  };
}
