import { divide, multiply, round, U16_MAX, whole } from "./fixed.ts";

/**
 * Weights as the chain stores them: scaled so that the largest is 65535, rounded; all zeros stay.
 * Source: `vec_max_upscale_to_u16` of subtensor, whose two branches round differently.
 */
export function maxUpscale(values: readonly number[]): number[] {
  const largest = whole(Math.max(0, ...values));
  if (largest === 0n) return [...values];
  return values.map((value) => {
    const scaled =
      largest > whole(32768)
        ? multiply(whole(value), divide(U16_MAX, largest))
        : divide(multiply(whole(value), U16_MAX), largest);
    return Math.min(Number(round(scaled)), 65535);
  });
}
