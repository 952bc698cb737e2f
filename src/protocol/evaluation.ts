import { z } from "zod";
import { Hash } from "./hash.ts";

/** What the judging of a patch came to. `unscored` means that we could not judge: a miner never pays for it. */
export const Verdict = z.enum([
  "resolved",
  "unresolved",
  "invalid-patch",
  "timed-out",
  "tampered",
  "unscored",
]);
export type Verdict = z.infer<typeof Verdict>;

/** Test ids by outcome, as SWE-bench groups them. */
export const TestGroup = z.object({ success: z.array(z.string()), failure: z.array(z.string()) });
export type TestGroup = z.infer<typeof TestGroup>;

/** How near a resolved patch is to gold, each in 0..1. */
export const Likeness = z.object({
  functions: z.number().min(0).max(1),
  files: z.number().min(0).max(1),
  tokens: z.number().min(0).max(1),
});
export type Likeness = z.infer<typeof Likeness>;

/** One patch judged. Everything that a score needs is in here, so that scores can be recomputed without a sandbox. */
export const Evaluation = z.object({
  round: z.number().int().nonnegative(),
  task: z.string(),
  hotkey: z.string(),
  patch: Hash,
  verdict: Verdict,
  /** Which layer decided, and why, in one line. */
  layer: z.string(),
  reason: z.string(),
  failToPass: TestGroup,
  passToPass: TestGroup,
  /**
   * The run's account: hash of the canonical JSON of each asked test's outcome, pytest's last word and the exit status.
   * Null where no test ran, absent in old records.
   */
  log: Hash.nullable().optional(),
  /** Changed lines after normalising (comments, docstrings and white space removed). */
  patchLines: z.number().int().nonnegative(),
  goldLines: z.number().int().nonnegative(),
  likeness: Likeness,
  /** The judge's quantised order among resolved patches (0, .25, .5, .75, 1); null where no judge spoke. */
  judge: z.number().min(0).max(1).nullable(),
  durationMs: z.number().int().nonnegative(),
});
export type Evaluation = z.infer<typeof Evaluation>;
