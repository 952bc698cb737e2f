import { type Fixed, normalize, sum } from "./fixed.ts";
import { dense, type Matrix } from "./sparse.ts";

/**
 * Consensus of each column: the weight that a `majority` of the positive stake gives at least.
 * An absent weight counts as 0; without any stake every consensus is 0.
 */
export function weightedMedians(
  stake: readonly Fixed[],
  weights: Matrix,
  columns: number,
  majority: Fixed,
): Fixed[] {
  const voters = stake.flatMap((value, i) => (value > 0n ? [i] : []));
  const voice = normalize(voters.map((i) => stake[i] ?? 0n));
  const rows = voters.map((i) => dense(weights[i] ?? [], columns));
  return Array.from({ length: columns }, (_, j) =>
    weightedMedian(
      voice,
      rows.map((row) => row[j] ?? 0n),
      majority,
    ),
  );
}

/**
 * Quick select by the chain's pivots: the middle candidate, split into those strictly below and above it, going on
 * in the side in which the stake passes the minority. Which value comes out on a tie depends on these pivots.
 */
function weightedMedian(stake: readonly Fixed[], score: readonly Fixed[], majority: Fixed): Fixed {
  const total = sum(stake);
  const minority = total - majority;
  let low = 0n;
  let high = total;
  let candidates = stake.map((_, index) => index);
  for (;;) {
    const middle = candidates[candidates.length >> 1];
    if (middle === undefined) return 0n;
    const pivot = score[middle] ?? 0n;
    if (candidates.length === 1) return pivot;
    const lower = candidates.filter((index) => (score[index] ?? 0n) < pivot);
    const upper = candidates.filter((index) => (score[index] ?? 0n) > pivot);
    const below = sum(lower.map((index) => stake[index] ?? 0n));
    const above = sum(upper.map((index) => stake[index] ?? 0n));
    if (minority < low + below && lower.length > 0) {
      candidates = lower;
      high = low + below;
    } else if (high - above <= minority && upper.length > 0) {
      candidates = upper;
      low = high - above;
    } else return pivot;
  }
}
