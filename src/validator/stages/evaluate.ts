import { TaoceptionError } from "../../platform/index.ts";
import type { Evaluation, Hash, Receipt, Task } from "../../protocol/index.ts";
import type { Project } from "../../python/index.ts";
import { type Journal, keys } from "../journal.ts";
import { Judged, open, openTask, PreparedRound } from "./documents.ts";

/** Judge one patch; what it says about the attempt itself is added here. */
export type EvaluatePatch = (
  patch: string,
  task: Task,
  project: Project,
) => Promise<Omit<Evaluation, "round" | "task" | "hotkey" | "patch">>;

/** Vouch for an evaluation. */
export type SealReceipt = (
  patch: string,
  task: Task,
  graded: Omit<Evaluation, "round" | "task" | "hotkey" | "patch">,
  about: { miner: string; round: number },
) => Receipt;

/** Judge one attempt's patch and record the verdict once, with a signed receipt. */
export async function evaluate(
  judged: Hash,
  {
    journal,
    evaluatePatch,
    sealReceipt,
  }: { journal: Journal; evaluatePatch: EvaluatePatch; sealReceipt: SealReceipt },
): Promise<Hash> {
  const { attempt, record, prepared } = await open(Judged, judged, journal);
  const { round, task, hotkey, patch } = attempt;
  if (patch === null)
    throw new TaoceptionError("no-patch", `the attempt of ${hotkey} at ${task} has no patch`);
  const key = keys.verdict(task, hotkey);
  const earlier = await journal.find(key);
  const { project } = await open(PreparedRound, prepared, journal);
  if (project === null) throw new TaoceptionError("no-project", `round ${round} has no project`);
  const judge = async () => {
    const [text, about] = [String(await journal.getDocument(patch)), await openTask(record, journal)];
    const graded = await evaluatePatch(text, about, project);
    const receipt = sealReceipt(text, about, graded, { miner: hotkey, round });
    return { ...graded, receipt: await journal.putDocument("receipt", receipt) };
  };
  const found = earlier?.type === "verdict" ? earlier : await judge();
  const { receipt } = found;
  const { event } = await journal.append(
    {
      ...evaluationPart(found),
      ...{ type: "verdict", round, task, miner: hotkey, patch },
      ...(receipt === undefined ? {} : { receipt }),
    },
    { key },
  );
  if (event.type !== "verdict") throw new TaoceptionError("wrong-event", `${key} is a ${event.type}`);
  const evaluation: Evaluation = { ...evaluationPart(event), round, task, hotkey, patch };
  return journal.putDocument("evaluation", evaluation);
}

/** What of an event is the evaluation itself. */
function evaluationPart(of: Omit<Evaluation, "round" | "task" | "hotkey" | "patch">) {
  const { verdict, layer, reason, failToPass, passToPass } = of;
  const { patchLines, goldLines, likeness, judge, durationMs, log } = of;
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
    ...(log === undefined ? {} : { log }),
  };
}
