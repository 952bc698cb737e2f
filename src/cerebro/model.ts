import { z } from "zod";

/**
 * What was learnt: a Gaussian over named parameters. Names are `level`, `size`, `generator:<name>` and
 * `hotkey:<ss58>`; the first two are always there. `covariance` holds the lower triangle, row by row.
 */
export const Model = z
  .object({
    version: z.literal(1),
    /** Tasks learnt from so far. */
    tasks: z.number().int().nonnegative(),
    parameters: z
      .array(z.object({ name: z.string(), mean: z.number(), seen: z.number().int().nonnegative() }))
      .min(2),
    covariance: z.array(z.array(z.number())),
  })
  .refine(
    ({ parameters, covariance }) =>
      covariance.length === parameters.length && covariance.every((row, at) => row.length === at + 1),
    "the covariance does not fit the parameters",
  );
export type Model = z.infer<typeof Model>;

/**
 * What is believed before any outcome, in logits. Abilities and levels are only known against each other, so
 * their priors fix the scale: an unknown miner is expected to resolve a task of unknown kind half of the time.
 */
export const PRIOR = {
  level: { mean: 0, deviation: 1 },
  /** Difficulty for each factor e of the suspect region: larger regions are thought to be somewhat harder. */
  size: { mean: 0.25, deviation: 0.25 },
  generator: { mean: 0, deviation: 0.8 },
  hotkey: { mean: 0, deviation: 1.5 },
  /** Spread of a task's own difficulty around what its kind and size say. */
  task: 1,
  /** A region of this many lines counts as of ordinary size. */
  lines: 30,
  /** Variance that an ability gains with each task tried: miners change. */
  drift: 0.0005,
} as const;

/** More names than these are not kept; the one seen longest ago goes first. */
export const MOST = { generator: 64, hotkey: 256 } as const;

/** A model that knows nothing yet. */
export function emptyModel(): Model {
  const { level, size } = PRIOR;
  return {
    version: 1,
    tasks: 0,
    parameters: [
      { name: "level", mean: level.mean, seen: 0 },
      { name: "size", mean: size.mean, seen: 0 },
    ],
    covariance: [[level.deviation ** 2], [0, size.deviation ** 2]],
  };
}

/** How the size of the suspect region enters: 0 for an ordinary one. */
export function sizeOf(suspectLines: number): number {
  return Math.log((1 + Math.max(0, suspectLines)) / (1 + PRIOR.lines));
}
