import { divide, type Fixed, sum } from "./fixed.ts";

export interface Emission {
  /** rao for each uid as a miner. */
  server: bigint[];
  /** rao for each uid as a validator. */
  validator: bigint[];
  /** rao for each uid as both; what the metagraph shows. */
  combined: bigint[];
}

/**
 * Share `rao` between miners by incentive and validators by dividends, both over the sum of the two. When that sum
 * is zero, all goes to validators by active stake, or by stake when none is active. Each share is rounded down.
 */
export function shareEmission(
  rao: bigint,
  {
    incentive,
    dividends,
    activeStake,
    stake,
  }: Record<"incentive" | "dividends" | "activeStake" | "stake", readonly Fixed[]>,
): Emission {
  const both = incentive.map((value, uid) => value + (dividends[uid] ?? 0n));
  const total = sum(both);
  const paid = (part: Fixed) => (part * rao) >> 32n;
  if (total === 0n) {
    const byStake = (activeStake.some((value) => value !== 0n) ? activeStake : stake).map(paid);
    return { server: incentive.map(() => 0n), validator: byStake, combined: [...byStake] };
  }
  return {
    server: incentive.map((value) => paid(divide(value, total))),
    validator: dividends.map((value) => paid(divide(value, total))),
    combined: both.map((value) => paid(divide(value, total))),
  };
}

/** The subnet owner's cut, 18 %, as the chain holds it: parts of 65535. */
export const OWNER_CUT = 11796n;

/** One epoch's alpha split into what owner, miners and validators may get; the parts add up to `rao`. */
export function splitEmission(rao: bigint): { owner: bigint; miners: bigint; validators: bigint } {
  const owner = (rao * OWNER_CUT) / 65535n;
  const miners = (rao - owner) / 2n;
  return { owner, miners, validators: rao - owner - miners };
}
