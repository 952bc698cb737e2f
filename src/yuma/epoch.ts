import { liquidAverage, movingAverage } from "./bonds.ts";
import { type Emission, shareEmission } from "./emission.ts";
import { divide, type Fixed, fromU16, normalize, ONE, share, toU16, whole } from "./fixed.ts";
import { weightedMedians } from "./median.ts";
import {
  clipColumns,
  columnSums,
  interpolate,
  type Matrix,
  mask,
  normalizeColumns,
  normalizeRows,
  rowProducts,
  rowSums,
  scaleRows,
  upscaleColumns,
} from "./sparse.ts";

/** A stored row of weights or bonds: uid and u16. */
export type StoredRow = readonly (readonly [uid: number, value: number])[];

export interface EpochParameters {
  /** Majority that consensus needs, parts of 65535. */
  kappa: number;
  /** How much of the clipping reaches the bonds, parts of 65535. */
  bondsPenalty: number;
  /** Weight of old bonds, parts of 1,000,000. */
  bondsMovingAverage: number;
  yuma3: boolean;
  liquidAlpha: boolean;
  /** Bounds of liquid alpha, parts of 65535. */
  alphaLow: number;
  alphaHigh: number;
  /** In hundredths. */
  alphaSigmoidSteepness: number;
  maxAllowedValidators: number;
  /** Blocks without new weights after which a validator counts as inactive. */
  activityCutoff: number;
  tempo: number;
  /** Stake below which a validator has no voice, in rao. */
  stakeThreshold: bigint;
}

/** Everything an epoch reads. Vectors and rows are by uid and have one length. */
export interface EpochInput {
  block: number;
  parameters: EpochParameters;
  /** Block of the epoch before, or null when there was none. */
  lastEpochBlock: number | null;
  ownerUid: number | null;
  lastUpdate: readonly number[];
  blockAtRegistration: readonly number[];
  /** Stake weight in rao: alpha plus weighted TAO. */
  stake: readonly bigint[];
  permits: readonly boolean[];
  weights: readonly StoredRow[];
  bonds: readonly StoredRow[];
  /** Block of each uid's earliest weight commit that is not expired, or null; absent without commit-reveal. */
  commitBlocks?: readonly (number | null)[] | undefined;
  /** What miners and validators share, in rao. */
  emission: bigint;
}

/** What an epoch stores: u16 proportions by uid, permits, bonds, and rao. */
export interface EpochOutput {
  active: boolean[];
  stakeWeight: number[];
  consensus: number[];
  incentive: number[];
  dividends: number[];
  validatorTrust: number[];
  rank: number[];
  trust: number[];
  permits: boolean[];
  bonds: StoredRow[];
  emission: Emission;
}

/**
 * One epoch of Yuma consensus, to the bit as the chain's runtime computes it (Yuma 2, Yuma 3 and liquid alpha).
 * Source: `epoch_mechanism` of subtensor; trust as in runtime 293, which still stored it.
 */
export function epoch(input: EpochInput): EpochOutput {
  const { block, parameters, ownerUid } = input;
  const n = input.stake.length;
  const active = input.lastUpdate.map((updated) => updated + parameters.activityCutoff >= block);
  const permitted = input.permits.map((permit, uid) => permit || uid === ownerUid);

  const counted = input.stake.map((rao, uid) =>
    uid !== ownerUid && rao < parameters.stakeThreshold ? 0n : rao,
  );
  const total = counted.reduce((sum, rao) => sum + rao, 0n);
  const stake = counted.map((rao) => share(rao, total));
  const permits = topStakes(stake, parameters.maxAllowedValidators).map(
    (permit, uid) => permit || uid === ownerUid,
  );
  const activeStake = normalize(stake.map((value, uid) => (active[uid] && permitted[uid] ? value : 0n)));

  const weights = countedWeights(input, permitted);
  const consensus = weightedMedians(activeStake, weights, n, fromU16(parameters.kappa));
  const clipped = clipColumns(weights, consensus);
  const rankSums = columnSums(clipped, activeStake, n);
  const trust = columnSums(weights, activeStake, n).map((before, uid) => divide(rankSums[uid] ?? 0n, before));
  const incentive = normalize(rankSums);

  const bonding = interpolate(weights, clipped, n, fromU16(parameters.bondsPenalty));
  const { bonds, dividends } = (parameters.yuma3 ? yuma3 : yuma2)({
    old: heldBonds(input),
    bonding,
    consensus,
    activeStake,
    incentive,
    parameters,
  });

  return {
    active,
    stakeWeight: stake.map(toU16),
    consensus: consensus.map(toU16),
    incentive: incentive.map(toU16),
    dividends: dividends.map(toU16),
    validatorTrust: rowSums(clipped).map(toU16),
    rank: incentive.map(toU16),
    trust: trust.map(toU16),
    permits,
    bonds: input.bonds.map((before, uid) => {
      if (permits[uid]) return (bonds[uid] ?? []).map(([j, value]) => [j, toU16(value)] as const);
      return permitted[uid] ? [] : before; // the chain clears a row only when its uid loses the permit
    }),
    emission: shareEmission(input.emission, { incentive, dividends, activeStake, stake }),
  };
}

/** Who has stake and is among the `count` largest; of equals the lower uid gives way. */
function topStakes(stake: readonly Fixed[], count: number): boolean[] {
  const permits = stake.map((value) => value !== 0n);
  if (stake.length < count) return permits;
  const ascending = stake
    .map((value, uid) => ({ value, uid }))
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.uid - b.uid));
  for (const { uid } of ascending.slice(0, stake.length - count)) permits[uid] = false;
  return permits;
}

/** The weights that count, each row summing to 1: from permitted rows, without the diagonal and what is outdated. */
function countedWeights(input: EpochInput, permitted: readonly boolean[]): Matrix {
  const { ownerUid, lastUpdate, blockAtRegistration, commitBlocks } = input;
  const rows = input.weights.map((row) => row.map(([j, value]) => [j, whole(value)] as const));
  const kept = mask(rows, (i, j) => {
    const registered = blockAtRegistration[j] ?? 0;
    const committed = commitBlocks?.[i] ?? null;
    return (
      permitted[i] === true &&
      (i !== j || i === ownerUid) &&
      (lastUpdate[i] ?? 0) > registered &&
      (committed === null || committed >= registered)
    );
  });
  return normalizeRows(kept);
}

/** Stored bonds, as whole numbers, without those to neurons that registered since the last epoch. */
function heldBonds({ block, parameters, lastEpochBlock, blockAtRegistration, bonds }: EpochInput): Matrix {
  const since =
    lastEpochBlock === null || lastEpochBlock === 0
      ? Math.max(block - parameters.tempo, 0)
      : lastEpochBlock + 1;
  const rows = bonds.map((row) => row.map(([j, value]) => [j, whole(value)] as const));
  return mask(rows, (_, j) => since > (blockAtRegistration[j] ?? 0));
}

interface Bonding {
  old: Matrix;
  bonding: Matrix;
  consensus: readonly Fixed[];
  activeStake: readonly Fixed[];
  incentive: readonly Fixed[];
  parameters: EpochParameters;
}

function yuma2({ old, bonding, activeStake, incentive, parameters }: Bonding) {
  const n = incentive.length;
  const fresh = normalizeColumns(scaleRows(bonding, activeStake), n);
  const averaged = movingAverage(fresh, normalizeColumns(old, n), alphaOf(parameters));
  const bonds = normalizeColumns(averaged, n);
  return { bonds: upscaleColumns(bonds, n), dividends: normalize(rowProducts(bonds, incentive)) };
}

function yuma3({ old, bonding, consensus, activeStake, incentive, parameters }: Bonding) {
  const before = old.map((row) => row.map(([j, value]) => [j, divide(value, whole(65535))] as const));
  const bonds =
    parameters.liquidAlpha && consensus.some((value) => value !== 0n)
      ? liquidAverage(bonding, before, consensus, {
          low: fromU16(parameters.alphaLow),
          high: fromU16(parameters.alphaHigh),
          steepness: parameters.alphaSigmoidSteepness,
        })
      : movingAverage(bonding, before, alphaOf(parameters));
  const returns = rowProducts(normalizeColumns(bonds, incentive.length), incentive);
  const dividends = normalize(returns.map((value, i) => (value * (activeStake[i] ?? 0n)) >> 32n));
  return { bonds, dividends };
}

/** How much fresh bonds weigh: 1 - moving average. */
function alphaOf({ bondsMovingAverage }: EpochParameters): Fixed {
  return ONE - share(BigInt(bondsMovingAverage), 1_000_000n);
}
