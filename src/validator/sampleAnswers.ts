import { developmentKeypair } from "../bittensor/index.ts";
import { sealReceipt, versionsOf } from "../evaluation/index.ts";
import type { Clock } from "../platform/index.ts";
import { type Answer, hashBytes, hashValue } from "../protocol/index.ts";
import { hearCommit, hearReveal } from "./hear.ts";
import type { Journal } from "./journal.ts";
import type { SealReceipt } from "./stages/evaluate.ts";

export const samplePatch: Answer = { status: "patch", patch: "a patch" };
const salt = hashBytes("salt");

/** A miner commits to its answer to task `t1`, and reveals it unless it is to commit alone. */
export async function sampleAnswer(
  hotkey: string,
  answer: Answer,
  world: { journal: Journal; clock: Clock; startedAt: number },
  only?: "commit",
): Promise<void> {
  const commitment = hashValue({ task: "t1", hotkey, salt, answer });
  await hearCommit(hotkey, { task: "t1", commitment }, world);
  if (only === undefined) await hearReveal(hotkey, { task: "t1", salt, agent: "repair", answer }, world);
}

const graded = {
  layer: "all",
  reason: "every test and check passed",
  failToPass: { success: ["a"], failure: [] },
  passToPass: { success: ["b"], failure: [] },
  patchLines: 2,
  goldLines: 2,
  likeness: { functions: 1, files: 1, tokens: 1 },
  judge: null,
  durationMs: 5,
};

/** What comes of judging a patch, with this verdict. */
export const sampleJudged = (verdict: "resolved" | "unresolved" | "unscored") => ({
  graded: { ...graded, verdict },
  versions: versionsOf({ pythonVersion: "3" }),
});

const keypair = developmentKeypair("//Alice");
export const sampleSeal: SealReceipt = (text, task, found, about) =>
  sealReceipt(text, task, found, { keypair, at: 0, ...about });
