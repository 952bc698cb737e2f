import { z } from "zod";

/** One attempt's score with its raw components, each in 0..1. */
export const Score = z.object({
  round: z.number().int().nonnegative(),
  task: z.string(),
  hotkey: z.string(),
  score: z.number().min(0).max(1),
  gate: z.union([z.literal(0), z.literal(1)]),
  concise: z.number().min(0).max(1),
  likeness: z.number().min(0).max(1),
  time: z.number().min(0).max(1),
  judge: z.number().min(0).max(1).nullable(),
});
export type Score = z.infer<typeof Score>;

/** Weights of one beat, as u16 by hotkey, with the mean scores that they come from. */
export const Weights = z.object({
  beat: z.number().int().nonnegative(),
  /** Rounds looked at: first and last number, both included. */
  window: z.object({ first: z.number().int(), last: z.number().int() }),
  rows: z.array(
    z.object({
      hotkey: z.string(),
      uid: z.number().int().nonnegative(),
      mean: z.number().min(0).max(1),
      attempts: z.number().int().nonnegative(),
      weight: z.number().int().min(0).max(65535),
    }),
  ),
});
export type Weights = z.infer<typeof Weights>;

/** How weights came to the chain: the block that took them, and with a timelock the beacon's round that opens them. */
export const SentWeights = z.object({
  block: z.number().int().nonnegative(),
  /** `none`: nobody earned, so nothing was sent. */
  way: z.enum(["none", "open", "timelocked"]),
  /** Null where none is known: nothing is sealed, or it was sent by a process that died then. */
  revealRound: z.number().int().nonnegative().nullable(),
});
export type SentWeights = z.infer<typeof SentWeights>;

/** One epoch of the subnet as the chain tells it. */
export const Epoch = z.object({
  block: z.number().int().nonnegative(),
  index: z.number().int().nonnegative(),
  neurons: z.array(
    z.object({
      uid: z.number().int().nonnegative(),
      hotkey: z.string(),
      incentive: z.number().int().min(0).max(65535),
      dividends: z.number().int().min(0).max(65535),
      /** rao, as a decimal string: it can exceed 2^53. */
      emission: z.string().regex(/^\d+$/),
    }),
  ),
});
export type Epoch = z.infer<typeof Epoch>;
