import { z } from "zod";
import { retry, systemClock, TaoceptionError } from "../../platform/index.ts";
import type { Hash } from "../../protocol/index.ts";
import type { Keypair } from "../keys.ts";
import type { Chain, ChainOptions, Included } from "./chain.ts";
import { extrinsicHash, signExtrinsic } from "./extrinsic.ts";
import { inTurn } from "./inTurn.ts";
import { openRpc } from "./rpc.ts";
import {
  Account,
  type Call,
  Commitment,
  CommitTerms,
  ExtrinsicStatus,
  Head,
  Hyperparameters,
  Metagraph,
  WeightRow,
} from "./schema.ts";

/**
 * A client of the embedded chain. Safe to retry: an extrinsic carries its account's nonce, so that what was sent
 * twice is done once; calls of one signer go out one after the other.
 */
export function openEmbedded(options: ChainOptions): Chain {
  const { url, clock = systemClock, signal, pollMs = 100, includeMs = 60_000 } = options;
  const rpc = openRpc(url, { timeoutMs: 10_000, maxBytes: 32 * 1024 * 1024, signal });
  const ask: typeof rpc = (method, parameters, result) =>
    retry(() => rpc(method, parameters, result), {
      times: 8,
      firstMs: 100,
      clock,
      ...(signal ? { signal } : {}),
    });
  const turns = inTurn();
  const submit = (call: Call, signer: Keypair) => turns(signer.address, () => include(call, signer));

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
