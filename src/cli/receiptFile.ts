import { z } from "zod";
import { openReceipt } from "../evaluation/index.ts";
import { TaoceptionError, writeAtomically } from "../platform/index.ts";
import type { Receipt } from "../protocol/index.ts";
import { contentsOf, jsonOf } from "./jsonInput.ts";
import { TaskFile } from "./taskFile.ts";

/** A receipt with everything that judging again needs, beside the package's release. */
const ReceiptFile = z.strictObject({
  format: z.literal("taoception-receipt-file/1"),
  receipt: z.unknown(),
  task: TaskFile,
  patch: z.string().max(2_000_000),
});
export interface ReceiptFile {
  receipt: Receipt;
  task: TaskFile;
  patch: string;
}

export async function writeReceipt(path: string, { receipt, task, patch }: ReceiptFile): Promise<void> {
  const file = { format: "taoception-receipt-file/1", receipt, task, patch };
  await writeAtomically(path, `${JSON.stringify(file, null, 1)}\n`);
}

/** Read a receipt file. One whose signature does not hold is refused: TaoceptionError `bad-receipt`. */
export async function readReceipt(path: string): Promise<ReceiptFile> {
  const parsed = ReceiptFile.safeParse(jsonOf("<receipt>", await contentsOf("<receipt>", path)));
  if (!parsed.success)
    throw new TaoceptionError("bad-receipt", `${path} is no receipt file`, {
      mend: "give one that `receipt` or `evaluate --receipt` has written",
    });
  const opened = openReceipt(parsed.data.receipt);
  if ("wrong" in opened) throw new TaoceptionError("bad-receipt", `${path} is refused: ${opened.wrong}`);
  return { ...parsed.data, receipt: opened.receipt };
}
