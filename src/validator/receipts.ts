import { Receipt, Task } from "../protocol/index.ts";
import { type Journal, keys } from "./journal.ts";

/** The receipt of a recorded verdict, with the task and the patch that it is about; null where the record has none. */
export async function receiptOf(
  task: string,
  miner: string,
  journal: Pick<Journal, "find" | "getDocument">,
): Promise<{ receipt: Receipt; task: Task; patch: string } | null> {
  const [made, verdict] = [
    await journal.find(keys.task(task)),
    await journal.find(keys.verdict(task, miner)),
  ];
  if (made?.type !== "task" || verdict?.type !== "verdict" || verdict.receipt === undefined) return null;
  return {
    receipt: Receipt.parse(await journal.getDocument(verdict.receipt)),
    task: Task.parse(await journal.getDocument(made.record)),
    patch: String(await journal.getDocument(verdict.patch)),
  };
}
