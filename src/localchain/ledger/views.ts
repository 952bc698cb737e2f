import type {
  Account,
  Beacon,
  Commitment,
  CommitTerms,
  Metagraph,
  WeightRow,
} from "../../bittensor/index.ts";
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

/** The rows of weights that count, of those who have any. */
export function weightRows({ neurons }: Ledger): WeightRow[] {
  return neurons.flatMap(({ weights }, uid) =>
    weights.length === 0 ? [] : [{ uid, weights: weights.map(([to, value]) => [to, value]) }],
  );
}

/** What a hotkey has published, as a client sees it. */
export function commitmentView({ commitments }: Ledger, hotkey: string): Commitment | null {
  const found = commitments[hotkey];
  return found === undefined ? null : { block: found.block, fields: [...found.fields] };
}

/** What sealing weights needs to know. */
export function termsView(
  { block, parameters, epoch, epochAsked }: Ledger,
  { blockMs, beacon }: { blockMs: number; beacon: Beacon },
): CommitTerms {
  const { tempo, revealPeriodEpochs, commitRevealVersion } = parameters;
  return {
    ...{ block, tempo, epoch, pendingEpoch: epochAsked, blocksSinceLastStep: block - epoch.block },
    ...{ revealPeriodEpochs, commitRevealVersion, blockMs, beacon },
  };
}
