/** What a neuron is to weigh; any scale, not below 0. */
export interface Weighed {
  uid: number;
  weight: number;
}

/** What a subnet asks of a row of weights. */
export interface WeightRules {
  /** The chain takes fewer from nobody but for a neuron's own uid. */
  minAllowedWeights: number;
  /** The largest share that one uid may have, in parts of 65535. */
  maxWeightsLimit: number;
}

const U16 = 65_535;
/** As Bittensor's own client has it: the cutoff stays a hair below the limit. */
const EPSILON = 1e-7;

/**
 * A row of weights as the chain takes it: no share above the limit (what is cut off goes to the others), scaled so that
 * the largest is 65535, zeros left out; where too few are left, others of those given fill up with 1, the lowest uid
 * first. Null where all are zero: then there is nothing to set. Source: `clip_to_max_weight` and `normalize` of
 * bittensor 11.3.0, which has an error where this fills up.
 */
export function chainWeights(
  weighed: readonly Weighed[],
  { minAllowedWeights, maxWeightsLimit }: WeightRules,
): { uids: number[]; weights: number[] } | null {
  const rows = weighed.toSorted((a, b) => a.uid - b.uid);
  if (rows.some(({ weight }) => !Number.isFinite(weight) || weight < 0))
    throw new RangeError("a weight is a number from 0");
  if (!rows.some(({ weight }) => weight > 0)) return null;
  const given = rows.map(({ weight }) => weight);
  const shares = maxWeightsLimit < U16 ? clipped(given, maxWeightsLimit / U16) : given;
  const largest = Math.max(...shares);
  if (!(largest > 0)) return null; // smaller than a number can be
  const values = shares.map((share) => roundHalfEven((share / largest) * U16));
  let missing = Math.min(minAllowedWeights, rows.length) - values.filter((value) => value > 0).length;
  for (let at = 0; at < values.length && missing > 0; at += 1)
    if (values[at] === 0) {
      values[at] = 1;
      missing -= 1;
    }
  const kept = rows.map(({ uid }, at) => ({ uid, value: values[at] ?? 0 })).filter(({ value }) => value > 0);
  return { uids: kept.map(({ uid }) => uid), weights: kept.map(({ value }) => value) };
}

/** Shares of 1, none above `limit`; all equal where no other way is. */
function clipped(weights: readonly number[], limit: number): number[] {
  const n = weights.length;
  const total = sum(weights);
  if (n * limit <= 1) return weights.map(() => 1 / n);
  const ascending = weights.map((weight) => weight / total).sort((a, b) => a - b);
  if ((ascending.at(-1) ?? 0) <= limit) return weights.map((weight) => weight / total);
  let before = 0;
  const cumulative = ascending.map((share) => {
    before += share;
    return before;
  });
  const under = ascending.filter((share, at) => {
    const capped = (n - at - 1) * share + (cumulative[at] ?? 0) + EPSILON;
    return share / capped < limit;
  }).length;
  // with an index of -1 the last one is meant, as in Python
  const scale = (limit * (cumulative.at(under - 1) ?? 0) - EPSILON) / (1 - limit * (n - under));
  const cut = weights.map((weight) => Math.min(weight, scale * total));
  const left = sum(cut);
  return cut.map((weight) => weight / left);
}

/** To the nearest whole number; a half to the even one, as Python rounds. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
