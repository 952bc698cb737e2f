import { readFileSync } from "node:fs";
import { type Keypair, verifySignature } from "../bittensor/index.ts";
import {
  canonicalJson,
  hashBytes,
  hashValue,
  type Mode,
  Receipt,
  type ReceiptBody,
  type Task,
} from "../protocol/index.ts";
import { testLimits } from "../python/index.ts";
import type { Graded } from "./evaluate.ts";

/** Who asks for a receipt, and on what machine. */
export interface Sealing {
  keypair: Keypair;
  versions: ReceiptBody["versions"];
  miner: string | null;
  round: number | null;
  /** How the patch came about, where that is known. */
  mode?: Mode;
  /** Unix milliseconds. */
  at: number;
}

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** By what an evaluation was made. */
export const versionsOf = ({ pythonVersion }: { pythonVersion: string }): ReceiptBody["versions"] => ({
  taoception: String(version),
  python: pythonVersion,
  platform: `${process.platform}-${process.arch}`,
});

/** What is signed: a line that no other message of ours begins with, then the body's canonical JSON. */
const signed = (body: ReceiptBody) => Buffer.from(`taoception-receipt/1\n${canonicalJson(body)}`);

/** What was judged. */
const judged = (patch: string, task: Task) => ({
  task: task.id,
  taskHash: hashValue(task),
  releaseTree: task.releaseTree,
  base: hashValue(task.baseChanges),
  environment: task.environment,
  patch: hashBytes(patch),
});

/** What came of it, as far as a second run must find the same. */
const came = ({ verdict, layer, failToPass, passToPass, log = null }: Graded) => ({
  ...{ verdict, layer, failToPass, passToPass, log },
  limits: { ...testLimits },
});

/** A signed receipt of an evaluation. */
export function sealReceipt(
  patch: string,
  task: Task,
  graded: Graded,
  { keypair, versions, miner, round, mode, at }: Sealing,
): Receipt {
  const body: ReceiptBody = {
    format: "taoception-receipt/1",
    ...judged(patch, task),
    ...came(graded),
    versions,
    miner,
    round,
    ...(mode ? { mode } : {}),
    validator: keypair.address,
    at: new Date(at).toISOString(),
  };
  return { body, signature: Buffer.from(keypair.sign(signed(body))).toString("hex") };
}

/** A receipt whose signature holds, or why it is none. The signature says who vouches, not that it is true. */
export function openReceipt(value: unknown): { receipt: Receipt } | { wrong: string } {
  const parsed = Receipt.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { wrong: `it is no receipt: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
  }
  const { body, signature } = parsed.data;
  const holds = verifySignature("sr25519", signed(body), Buffer.from(signature, "hex"), body.validator);
  return holds
    ? { receipt: parsed.data }
    : { wrong: `its signature is not ${body.validator}'s: it was changed` };
}

/** Where the task and the patch are not those that a receipt names: a second run would judge something else. */
export function foreignTo(receipt: Receipt, patch: string, task: Task): string[] {
  return differing(receipt, judged(patch, task)).map(([name]) => name);
}

/** Where a second evaluation differs from a receipt: one line each, none where it is equal. */
export function differencesFrom(receipt: Receipt, again: Graded): string[] {
  return differing(receipt, came(again)).map(
    ([name, was, is]) => `${name}: the receipt says ${was}, this run ${is}`,
  );
}

function differing(
  { body }: Receipt,
  values: Partial<ReceiptBody>,
): [name: string, was: string, is: string][] {
  return Object.entries(values).flatMap(([name, value]) => {
    const [was, is] = [canonicalJson(body[name as keyof ReceiptBody]), canonicalJson(value)];
    return was === is ? [] : [[name, was, is] as [string, string, string]];
  });
}
