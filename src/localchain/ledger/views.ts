import type { Account, Metagraph } from "../../bittensor/index.ts";
import { burnPrice } from "./burn.ts";
import { accountOf, type Ledger, stakeOf } from "./ledger.ts";

/** The subnet as a client sees it. */
export function metagraphOf(ledger: Ledger): Metagraph {
  const { netuid, block, epoch, owner, ownerHotkey } = ledger;
  return {
    netuid,
    block,
    epoch,
    owner,
    ownerHotkey,
    burn: burnPrice(ledger, block).toString(),
    neurons: ledger.neurons.map(({ weights: _, bonds: __, axon, emission, ...neuron }, uid) => ({
      uid,
      ...neuron,
      axon: axon === null ? null : { host: axon.host, port: axon.port },
      stake: stakeOf(ledger, neuron.hotkey).toString(),
      emission: emission.toString(),
    })),
  };
}

/** An account as a client sees it; `pending` are its extrinsics that no block holds yet. */
export function accountView(ledger: Ledger, address: string, pending: number): Account {
  const { balance, nonce } = accountOf(ledger, address);
  return { balance: balance.toString(), nonce: nonce + pending };
}
