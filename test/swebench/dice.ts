/** Seeded chance: the same seed throws the same dice. */
export interface Dice {
  /** A whole number from 0 to below `most`. */
  below: (most: number) => number;
  /** True with this probability. */
  chance: (probability: number) => boolean;
  pick: <T>(from: readonly T[]) => T;
}

/** xorshift32, its state mixed from the seed. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 8; warm += 1) next();
  const below = (most: number) => Math.floor(next() * most);
  return { below, chance: (p) => next() < p, pick: (from) => from[below(from.length)]! };
}
