import type { Clock } from "../../platform/index.ts";
import type { Hash } from "../../protocol/index.ts";
import type { Keypair } from "../keys.ts";
import type {
  Account,
  Commitment,
  CommitmentField,
  CommitTerms,
  Head,
  Hyperparameters,
  Metagraph,
  WeightRow,
} from "./schema.ts";

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
  /** Rows of weights that count now, of those who have any. What is committed and not revealed is not in it. */
  weights(netuid: number): Promise<WeightRow[]>;
  /** What sealing weights needs (`sealWeights`). */
  commitTerms(netuid: number): Promise<CommitTerms>;
  /** What a hotkey has published last; null when it has nothing. */
  commitment(netuid: number, hotkey: string): Promise<Commitment | null>;
  /** Signed by any account: rao to another one. */
  transfer(call: { dest: string; amount: bigint }, coldkey: Keypair): Promise<Included>;
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
  /** Signed by a hotkey: weights that open by themselves, where the subnet asks for that; see `sealWeights`. */
  commitTimelocked(
    call: { netuid: number; commit: Uint8Array; revealRound: number; version: number },
    hotkey: Keypair,
  ): Promise<Included>;
  /** Signed by a hotkey: publish up to three fields in place of those before. */
  setCommitment(call: { netuid: number; fields: CommitmentField[] }, hotkey: Keypair): Promise<Included>;
  /** Signed by the subnet owner's coldkey: an epoch in the next block. */
  triggerEpoch(call: { netuid: number }, coldkey: Keypair): Promise<Included>;
  /** Wait until at least `index` epochs were run; gives the metagraph as it is then. */
  untilEpoch(netuid: number, index: number, options?: { signal?: AbortSignal }): Promise<Metagraph>;
}

/** What a client of a chain is told. */
export interface ChainOptions {
  url: string;
  /** Whose epochs `head` tells; the embedded chain has but one subnet. */
  netuid?: number;
  clock?: Clock;
  signal?: AbortSignal;
  /** How often to look whether an extrinsic is in a block, or a block final, in milliseconds. */
  pollMs?: number;
  /** How long a submission may take until it is done, in milliseconds. */
  includeMs?: number;
}
