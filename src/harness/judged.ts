import type { Verdict } from "../protocol/index.ts";

/** The two accounts of one patch. */
export interface Judged {
  /** What an ordinary harness saw, with SWE-bench's markers. */
  log: Uint8Array;
  timedOut: boolean;
  applied: boolean;
  /** Ours. Null where only the official verdict decides, once the patch has passed what is looked at before a run. */
  strict: { verdict: Verdict; layer: string; reason: string } | null;
}
