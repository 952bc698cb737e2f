import { z } from "zod";
import { Mode } from "./attempt.ts";
import { TestGroup, Verdict } from "./evaluation.ts";
import { Hash } from "./hash.ts";

/** What a validator vouches for about one evaluation. Everything that a second run needs is named by its hash. */
export const ReceiptBody = z.strictObject({
  format: z.literal("taoception-receipt/1"),
  /** The task's id, and the hash of its canonical JSON. */
  task: z.string(),
  taskHash: Hash,
  /** The released tree, and the base state over it: the hash of the canonical JSON of path to blob. */
  releaseTree: Hash,
  base: Hash,
  /** The environment layer's lock. */
  environment: Hash,
  /** sha256 of the patch's text. */
  patch: Hash,
  verdict: Verdict,
  layer: z.string(),
  failToPass: TestGroup,
  passToPass: TestGroup,
  /** The run's account, see `Evaluation`. */
  log: Hash.nullable(),
  /** What the run might use, by the sandbox's names. */
  limits: z.record(z.string(), z.number()),
  versions: z.strictObject({ taoception: z.string(), python: z.string(), platform: z.string() }),
  /** Whose patch it is, where that is known. */
  miner: z.string().nullable(),
  round: z.int().nonnegative().nullable(),
  /** How the patch came about; absent where that is not known, and in old receipts. */
  mode: Mode.optional(),
  /** SS58 address of the hotkey that signs. */
  validator: z.string(),
  at: z.iso.datetime(),
});
export type ReceiptBody = z.infer<typeof ReceiptBody>;

/** A body with the sr25519 signature of its validator, 64 bytes in hex. */
export const Receipt = z.strictObject({
  body: ReceiptBody,
  signature: z.string().regex(/^[0-9a-f]{128}$/, "not a signature in lower-case hex"),
});
export type Receipt = z.infer<typeof Receipt>;
