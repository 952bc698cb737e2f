/**
 * Signed fixed point with 32 fraction bits, the number in which the chain computes an epoch, held in a bigint
 * (the value times 2^32). Products round down, quotients toward zero, and x / 0 is 0, as on the chain.
 * Values stay far below 2^63 for every input that the schemas admit, so nothing saturates.
 */
export type Fixed = bigint;

const fraction = 32n;
export const ONE: Fixed = 1n << fraction;
export const HALF: Fixed = ONE >> 1n;
export const U16_MAX: Fixed = 65535n << fraction;

/** A whole number as Fixed. */
export function whole(value: number | bigint): Fixed {
  return BigInt(value) << fraction;
}

export function multiply(a: Fixed, b: Fixed): Fixed {
  return (a * b) >> fraction;
}

export function divide(a: Fixed, b: Fixed): Fixed {
  return b === 0n ? 0n : (a << fraction) / b;
}

export function clamp(value: Fixed, low: Fixed, high: Fixed): Fixed {
  const capped = value < high ? value : high;
  return capped > low ? capped : low;
}

/** A proportion in 0..1 as the chain stores it: floor(x * 65535), kept within a u16. */
export function toU16(value: Fixed): number {
  return Number(clamp(multiply(value, U16_MAX) >> fraction, 0n, 65535n));
}

/** A stored u16 as a proportion in 0..1. */
export function fromU16(value: number): Fixed {
  return divide(whole(value), U16_MAX);
}

/** a / b of whole numbers, both of any size, with 64 fraction bits first and 32 kept: how stake is normalised. */
export function share(part: bigint, total: bigint): Fixed {
  return total === 0n ? 0n : ((part << 64n) / total) >> fraction;
}

/** round(x), ties away from zero, of a value that is not negative. */
export function round(value: Fixed): bigint {
  return (value + HALF) >> fraction;
}

export function sum(values: readonly Fixed[]): Fixed {
  return values.reduce((total, value) => total + value, 0n);
}

/** Divide by the sum; all zeros stay as they are. */
export function normalize(values: readonly Fixed[]): Fixed[] {
  const total = sum(values);
  return total === 0n ? [...values] : values.map((value) => divide(value, total));
}

const limit = whole(20);
/** e with the 23 fraction bits that the chain's exponential holds it in; given for exactly 1. */
const E: Fixed = 22802600n << 9n;

/**
 * e^x with x clamped to -20..20: a Taylor series up to the 31st power, its reciprocal when x is negative.
 * Source: `exp` of substrate-fixed and `exp_safe` of the chain's epoch.
 */
export function exponential(value: Fixed): Fixed {
  const x = clamp(value, -limit, limit);
  if (x === 0n) return ONE;
  if (x === ONE) return E;
  const magnitude = x < 0n ? -x : x;
  let term = magnitude;
  let result = magnitude + ONE;
  for (let power = 2; power < 32; power += 1) {
    term = divide(multiply(term, magnitude), whole(power));
    result += term;
  }
  return x < 0n ? divide(ONE, result) : result;
}
