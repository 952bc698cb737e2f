import type { Hash } from "../../protocol/index.ts";
import type { Keypair } from "../keys.ts";
import type { Account, Head, Hyperparameters, Metagraph } from "./schema.ts";

/** An extrinsic that is in a block and did what it asked for. */
export interface Included {
  block: number;
  hash: Hash;
}

/**
 * What a neuron may ask of a chain. Every submission waits until it is in a block; one that the chain refuses is a
 * TaoceptionError `chain-refused` whose `cause` is the failed check's name (`SettingWeightsTooFast`, …).
 */
export interface Chain {
  /** The head, and the last epoch of a subnet (1, where none is named). */
  head(netuid?: number): Promise<Head>;
  metagraph(netuid: number): Promise<Metagraph>;
  hyperparameters(netuid: number): Promise<Hyperparameters>;
  account(address: string): Promise<Account>;
  /** Signed by a coldkey: give a hotkey a uid, for the current burn. */
  register(call: { netuid: number; hotkey: string }, coldkey: Keypair): Promise<Included>;
  /** Signed by a coldkey; rao. */
  addStake(call: { netuid: number; hotkey: string; amount: bigint }, coldkey: Keypair): Promise<Included>;
  removeStake(call: { netuid: number; hotkey: string; amount: bigint }, coldkey: Keypair): Promise<Included>;
  /** Signed by a hotkey: publish its address. `host` is an IP address. */
  serveAxon(call: { netuid: number; host: string; port: number }, hotkey: Keypair): Promise<Included>;
  /** Signed by a hotkey: u16 weights by uid, both of one length. */
  setWeights(
    call: { netuid: number; uids: number[]; weights: number[]; versionKey: number },
    hotkey: Keypair,
  ): Promise<Included>;
  /** Signed by the subnet owner's coldkey: an epoch in the next block. */
  triggerEpoch(call: { netuid: number }, coldkey: Keypair): Promise<Included>;
  /** Wait until at least `index` epochs were run; gives the metagraph as it is then. */
  untilEpoch(netuid: number, index: number, options?: { signal?: AbortSignal }): Promise<Metagraph>;
}
