import { type EpochOutput, epoch, splitEmission } from "../../yuma/index.ts";
import { firstCommits } from "./commits.ts";
import { addToStake, credit, type Ledger, neuronOf, stakeOf } from "./ledger.ts";

/** Run the epoch of this block: consensus over the stored weights, then the pending emission is paid. */
export function runEpoch(ledger: Ledger): Ledger {
  const { block, neurons, parameters, ownerHotkey, epoch: last } = ledger;
  const pending = ledger.carried + BigInt(parameters.emissionPerBlock) * BigInt(block - last.block);
  const split = splitEmission(pending);
  const out = epoch({
    block,
    parameters: { ...parameters, stakeThreshold: BigInt(parameters.stakeThreshold) },
    lastEpochBlock: last.index === 0 ? null : last.block,
    ownerUid: neuronOf(ledger, ownerHotkey)?.uid ?? null,
    lastUpdate: neurons.map(({ lastUpdate }) => lastUpdate),
    blockAtRegistration: neurons.map(({ registeredAt }) => registeredAt),
    stake: neurons.map(({ hotkey }) => stakeOf(ledger, hotkey)),
    permits: neurons.map(({ permit }) => permit),
    weights: neurons.map(({ weights }) => weights),
    bonds: neurons.map(({ bonds }) => bonds),
    commitBlocks: parameters.commitRevealEnabled ? firstCommits(ledger) : undefined,
    emission: split.miners + split.validators,
  });
  const seen: Ledger = {
    ...ledger,
    neurons: neurons.map((neuron, uid) => ({
      ...neuron,
      active: out.active[uid] ?? false,
      permit: out.permits[uid] ?? false,
      bonds: out.bonds[uid] ?? [],
      consensus: out.consensus[uid] ?? 0,
      incentive: out.incentive[uid] ?? 0,
      dividends: out.dividends[uid] ?? 0,
      validatorTrust: out.validatorTrust[uid] ?? 0,
      rank: out.rank[uid] ?? 0,
      trust: out.trust[uid] ?? 0,
      emission: out.emission.combined[uid] ?? 0n,
    })),
    epoch: { index: last.index + 1, block },
    epochAsked: null,
  };
  return pay(seen, pending, split.owner, out.emission);
}

/**
 * Pay an epoch: the owner's cut and what miners earned go to coldkeys' balances, dividends to the stake that they
 * were earned with. What is left by rounding is carried over, and all of it when nobody has stake.
 */
function pay(
  ledger: Ledger,
  pending: bigint,
  owner: bigint,
  { server, validator }: EpochOutput["emission"],
): Ledger {
  const shared = [...server, ...validator].reduce((sum, rao) => sum + rao, 0n);
  if (shared === 0n) return { ...ledger, carried: pending };
  let paid = credit(ledger, ledger.owner, owner);
  ledger.neurons.forEach(({ hotkey, coldkey }, uid) => {
    const earned = server[uid] ?? 0n;
    if (earned > 0n && hotkey !== ledger.ownerHotkey) paid = credit(paid, coldkey, earned);
    const dividends = validator[uid] ?? 0n;
    if (dividends > 0n) paid = payDividends(paid, hotkey, coldkey, dividends);
  });
  return { ...paid, carried: pending - owner - shared };
}

/** To everybody who staked on the hotkey, by share; what rounding leaves goes to the hotkey's own coldkey. */
function payDividends(ledger: Ledger, hotkey: string, coldkey: string, rao: bigint): Ledger {
  const total = stakeOf(ledger, hotkey);
  let left = rao;
  let paid = ledger;
  for (const [staker, stake] of Object.entries(ledger.stakes[hotkey] ?? {})) {
    const share = (rao * stake) / total;
    left -= share;
    paid = addToStake(paid, hotkey, staker, share);
  }
  return left === 0n ? paid : addToStake(paid, hotkey, coldkey, left);
}
