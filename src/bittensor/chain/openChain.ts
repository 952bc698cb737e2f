import { z } from "zod";
import { type Clock, retry, systemClock, TaoceptionError } from "../../platform/index.ts";
import type { Hash } from "../../protocol/index.ts";
import type { Keypair } from "../keys.ts";
import { extrinsicHash, signExtrinsic } from "./extrinsic.ts";
import { openRpc } from "./rpc.ts";
import {
  Account,
  type Call,
  Commitment,
  type CommitmentField,
  CommitTerms,
  ExtrinsicStatus,
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
  head(): Promise<Head>;
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

/**
 * A client of the embedded chain. Safe to retry: an extrinsic carries its account's nonce, so that what was sent
 * twice is done once; calls of one signer go out one after the other.
 */
export function openChain(options: {
  url: string;
  clock?: Clock;
  signal?: AbortSignal;
  /** How often to look whether an extrinsic is in a block, in milliseconds. */
  pollMs?: number;
  /** How long a submission may take until it is in a block, in milliseconds. */
  includeMs?: number;
}): Chain {
  const { url, clock = systemClock, signal, pollMs = 100, includeMs = 60_000 } = options;
  const rpc = openRpc(url, { timeoutMs: 10_000, maxBytes: 32 * 1024 * 1024, signal });
  const ask: typeof rpc = (method, parameters, result) =>
    retry(() => rpc(method, parameters, result), {
      times: 8,
      firstMs: 100,
      clock,
      ...(signal ? { signal } : {}),
    });
  const turns = new Map<string, Promise<unknown>>();

  /** Run after everything else that this signer asked for. */
  function inTurn<T>(signer: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(signer) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => {});
    turns.set(signer, settled);
    void settled.then(() => {
      if (turns.get(signer) === settled) turns.delete(signer);
    });
    return turn;
  }

  const submit = (call: Call, signer: Keypair) => inTurn(signer.address, () => include(call, signer));

  async function include(call: Call, signer: Keypair): Promise<Included> {
    const deadline = clock.now() + includeMs;
    const { genesis } = await ask("chain_head", {}, Head);
    for (let attempt = 1; ; attempt += 1) {
      const { nonce } = await ask("account", { address: signer.address }, Account);
      const extrinsic = signExtrinsic({ genesis, nonce, call }, signer);
      const hash = extrinsicHash(extrinsic);
      try {
        await ask("submit", { extrinsic }, ExtrinsicStatus);
        const block = await untilIncluded(extrinsic, hash, deadline);
        return { block, hash };
      } catch (error) {
        // another process of this signer took the nonce: nothing of ours was done, so ask for the next one
        const taken = error instanceof TaoceptionError && error.cause === "InvalidNonce";
        if (!taken || attempt >= 20) throw error;
        await clock.sleep(pollMs, signal);
      }
    }
  }

  async function untilIncluded(extrinsic: { call: Call }, hash: Hash, deadline: number): Promise<number> {
    for (;;) {
      const status = await ask("extrinsic_status", { hash }, ExtrinsicStatus);
      if (status.status === "included") {
        if (status.error === null) return status.block;
        throw new TaoceptionError(
          "chain-refused",
          `the chain refused ${extrinsic.call.call} in block ${status.block}: ${status.error}`,
          { cause: status.error },
        );
      }
      // the node was restarted before it made a block of it: the same bytes again
      if (status.status === "unknown") await ask("submit", { extrinsic }, ExtrinsicStatus);
      if (clock.now() > deadline)
        throw new TaoceptionError(
          "chain-slow",
          `${extrinsic.call.call} came into no block in ${includeMs} ms`,
          {
            retryable: true,
          },
        );
      await clock.sleep(pollMs, signal);
    }
  }

  const metagraph = (netuid: number) => ask("metagraph", { netuid }, Metagraph);
  return {
    head: () => ask("chain_head", {}, Head),
    metagraph,
    hyperparameters: (netuid) => ask("hyperparameters", { netuid }, Hyperparameters),
    account: (address) => ask("account", { address }, Account),
    weights: (netuid) => ask("weights", { netuid }, z.array(WeightRow).max(4096)),
    commitTerms: (netuid) => ask("commit_terms", { netuid }, CommitTerms),
    commitment: (netuid, hotkey) => ask("commitment", { netuid, hotkey }, Commitment.nullable()),
    transfer: ({ dest, amount }, signer) =>
      submit({ call: "transfer_keep_alive", dest, amount: amount.toString() }, signer),
    register: (call, signer) => submit({ call: "burned_register", ...call }, signer),
    addStake: ({ amount, ...call }, signer) =>
      submit({ call: "add_stake", ...call, amount: amount.toString() }, signer),
    removeStake: ({ amount, ...call }, signer) =>
      submit({ call: "remove_stake", ...call, amount: amount.toString() }, signer),
    serveAxon: (call, signer) => submit({ call: "serve_axon", ...call }, signer),
    setWeights: (call, signer) => submit({ call: "set_weights", ...call }, signer),
    commitTimelocked: ({ commit, ...call }, signer) =>
      submit(
        { call: "commit_timelocked_weights", ...call, commit: Buffer.from(commit).toString("hex") },
        signer,
      ),
    setCommitment: (call, signer) => submit({ call: "set_commitment", ...call }, signer),
    triggerEpoch: (call, signer) => submit({ call: "trigger_epoch", ...call }, signer),
    untilEpoch: async (netuid, index, { signal: own } = {}) => {
      for (;;) {
        const { epoch } = await ask("chain_head", {}, Head);
        if (epoch.index >= index) return metagraph(netuid);
        await clock.sleep(pollMs, own ?? signal);
      }
    },
  };
}
