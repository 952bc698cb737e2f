import { z } from "zod";
import { Hash } from "./hash.ts";

/** How one miner answered one challenge. */
export const AttemptStatus = z.enum(["patch", "abstained", "silent", "late", "refused"]);
export type AttemptStatus = z.infer<typeof AttemptStatus>;

/**
 * How an answer came about. `wire`: by a miner's own machine, which may look up what is public. `bundle`: by an agent
 * that the validator ran itself, without network.
 */
export const Mode = z.enum(["wire", "bundle"]);
export type Mode = z.infer<typeof Mode>;

/** One miner's answer to one challenge. Only a `patch` has a patch, and only it gets a verdict. */
export const Attempt = z.object({
  round: z.number().int().nonnegative(),
  task: z.string(),
  hotkey: z.string(),
  status: AttemptStatus,
  /** Hash of the patch's bytes, where there is one. */
  patch: Hash.nullable(),
  /** From the challenge's acceptance to the commit, by the validator's clock, in milliseconds. */
  elapsedMs: z.number().int().nonnegative().nullable(),
  agent: z.string().nullable(),
  reason: z.string().nullable(),
  /** True where nothing came, and the validator's own outage may be why: it then has no score. */
  excused: z.boolean(),
  /** Absent in old records, which are all of the wire. */
  mode: Mode.optional(),
});
export type Attempt = z.infer<typeof Attempt>;
