import type { Chain } from "../bittensor/index.ts";
import type { Wallet } from "./wallets.ts";

const RAO = 1_000_000_000n;
/** What the validator has staked on itself. */
const STAKE = 10_000n * RAO;

/**
 * Give every wallet a uid, in their order, and the first of them its stake. What the chain has already is not
 * done again.
 */
export async function enrol(
  netuid: number,
  [validator, ...miners]: readonly [Wallet, ...Wallet[]],
  chain: Pick<Chain, "metagraph" | "register" | "addStake">,
): Promise<void> {
  const { neurons } = await chain.metagraph(netuid);
  const known = new Map(neurons.map((neuron) => [neuron.hotkey, BigInt(neuron.stake)]));
  for (const { hotkey, coldkey } of [validator, ...miners])
    if (!known.has(hotkey.address)) await chain.register({ netuid, hotkey: hotkey.address }, coldkey);
  const missing = STAKE - (known.get(validator.hotkey.address) ?? 0n);
  if (missing > 0n)
    await chain.addStake({ netuid, hotkey: validator.hotkey.address, amount: missing }, validator.coldkey);
}
