import type { Graded } from "../../evaluation/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import type { Evaluation, Hash, Mode, Receipt, ReceiptBody, Task } from "../../protocol/index.ts";
import { type Journal, keys } from "../journal.ts";
import { Judged, open, openTask } from "./documents.ts";

/** Judge one patch, here or elsewhere: the evaluation, and by what it was made. */
export type EvaluatePatch = (
  patch: string,
  task: Task,
  about: { miner: string; round: number },
) => Promise<{ graded: Graded; versions: ReceiptBody["versions"] }>;

/** Vouch for an evaluation. */
export type SealReceipt = (
  patch: string,
  task: Task,
  graded: Graded,
  about: { miner: string; round: number; mode: Mode; versions: ReceiptBody["versions"] },
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
  const { attempt, record } = await open(Judged, judged, journal);
  const { round, task, hotkey, patch, mode = "wire" } = attempt;
  if (patch === null)
    throw new TaoceptionError("no-patch", `the attempt of ${hotkey} at ${task} has no patch`);
  const key = keys.verdict(task, hotkey);
  const earlier = await journal.find(key);
  const judge = async () => {
    const [text, about] = [String(await journal.getDocument(patch)), await openTask(record, journal)];
    const whose = { miner: hotkey, round, mode };
    const { graded, versions } = await evaluatePatch(text, about, whose);
    const receipt = sealReceipt(text, about, graded, { ...whose, versions });
    return { ...graded, receipt: await journal.putDocument("receipt", receipt) };
  };
  const found = earlier?.type === "verdict" ? earlier : await judge();
  const { receipt } = found;
  const { event } = await journal.append(
    {
      ...evaluationPart(found),
      ...{ type: "verdict", round, task, miner: hotkey, patch, mode },
      ...(receipt === undefined ? {} : { receipt }),
    },
    { key },
  );
  if (event.type !== "verdict") throw new TaoceptionError("wrong-event", `${key} is a ${event.type}`);
  const evaluation: Evaluation = { ...evaluationPart(event), round, task, hotkey, patch };
  return journal.putDocument("evaluation", evaluation);
}

/** What of an event is the evaluation itself. */
function evaluationPart(of: Graded) {
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
