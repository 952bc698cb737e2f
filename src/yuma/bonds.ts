import { clamp, divide, exponential, type Fixed, HALF, multiply, ONE, whole } from "./fixed.ts";
import { dense, type Matrix, positive, type Row } from "./sparse.ts";

export interface LiquidAlpha {
  /** Bounds of alpha, in 0..1. */
  low: Fixed;
  high: Fixed;
  /** In hundredths: 1000 makes the sigmoid's slope 10. */
  steepness: number;
}

/** alpha * fresh + (1 - alpha) * old, entry by entry; entries that are not positive are dropped. */
export function movingAverage(fresh: Matrix, old: Matrix, alpha: Fixed): Matrix {
  const columns = fresh.length;
  return fresh.map((row, i) => {
    const before = dense(old[i] ?? [], columns);
    return positive(
      dense(row, columns).map((value, j) => multiply(alpha, value) + multiply(ONE - alpha, before[j] ?? 0n)),
    );
  });
}

/**
 * The moving average with an alpha of its own for each pair of validator and miner. A pair that has no fresh entry
 * is dropped, whatever bond it had: the chain walks only the fresh row.
 */
export function liquidAverage(
  fresh: Matrix,
  old: Matrix,
  consensus: readonly Fixed[],
  liquid: LiquidAlpha,
): Matrix {
  const columns = consensus.length;
  return fresh.map((row, i) => {
    const weights = inColumnOrder(row, columns);
    const bonds = inColumnOrder(old[i] ?? [], columns);
    const before = dense(old[i] ?? [], columns);
    return row.flatMap(([j, value]): Row => {
      const alpha = liquidAlpha(consensus[j] ?? 0n, weights[j] ?? 0n, bonds[j] ?? 0n, liquid);
      const gain = multiply(alpha, value);
      const next = multiply(ONE - alpha, before[j] ?? 0n) + (gain > 0n ? gain : 0n);
      return next > 0n ? [[j, next < ONE ? next : ONE]] : [];
    });
  });
}

function liquidAlpha(
  consensus: Fixed,
  weight: Fixed,
  bond: Fixed,
  { low, high, steepness }: LiquidAlpha,
): Fixed {
  const buy = clamp(weight - consensus, 0n, ONE);
  const sell = clamp(bond - weight, 0n, ONE);
  const difference = weight >= bond ? buy : sell;
  const slope = divide(whole(steepness), whole(-100));
  const sigmoid = divide(ONE, ONE + exponential(multiply(slope, difference - HALF)));
  return clamp(low + multiply(sigmoid, high - low), low, high);
}

/**
 * A row as the chain's liquid alpha reads it: one pass over the columns beside one pass over the row, so that in a
 * row that is not sorted an entry behind a larger column reads as 0.
 */
function inColumnOrder(row: Row, columns: number): Fixed[] {
  const values = new Array<Fixed>(columns).fill(0n);
  let at = 0;
  for (let j = 0; j < columns; j += 1) {
    while (at < row.length && (row[at]?.[0] ?? 0) < j) at += 1;
    const entry = row[at];
    if (entry?.[0] === j) values[j] = entry[1];
  }
  return values;
}
