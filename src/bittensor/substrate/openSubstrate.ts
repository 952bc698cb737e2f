import { z } from "zod";
import { systemClock, TaoceptionError } from "../../platform/index.ts";
import type { Chain, ChainOptions } from "../chain/chain.ts";
import { inTurn } from "../chain/inTurn.ts";
import type { Keypair } from "../keys.ts";
import { ipOf } from "./addresses.ts";
import { commitmentOf, infoOf } from "./commitments.ts";
import { commitTermsOf } from "./commitTerms.ts";
import { epochsOf } from "./epochs.ts";
import { hyperparametersOf } from "./hyperparameters.ts";
import { metagraphOf } from "./metagraph.ts";
import { openNode } from "./node.ts";
import { openSocket, type SocketLimits } from "./socket.ts";
import { submit } from "./submit.ts";
import { weightsOf } from "./weights.ts";

const PALLET = "SubtensorModule";
const usual: SocketLimits = { timeoutMs: 20_000, bytes: 64 * 1024 * 1024, requests: 256 };
/** By convention, what an axon speaks. */
const AXON_PROTOCOL = 4;
const Index = z.number().int().min(0).max(0xffff_ffff);
const Balance = z.object({ data: z.object({ free: z.bigint() }) });

/**
 * A client of any node of Bittensor, over WebSocket, by Substrate's older interface (`state_`, `chain_`, `author_`),
 * which every node has. Types and calls are read from the metadata of the runtime that runs, and read anew when that
 * is upgraded. All that is told is of final blocks, and a call is done only in one.
 */
export function openSubstrate(options: ChainOptions & { limits?: Partial<SocketLimits> }): Chain {
  // somewhat longer than an era of 64 blocks of 12 s
  const { url, netuid: own = 1, clock = systemClock, signal, includeMs = 900_000 } = options;
  // public nodes want about one request a second
  const pollMs = options.pollMs ?? (/^\[?(127\.|localhost|::1)/.test(new URL(url).hostname) ? 100 : 3_000);
  const once = openSocket(url, { ...usual, ...options.limits, signal });
  const node = openNode(once, { clock, signal });
  const turns = inTurn();
  const call = (name: string, fields: Record<string, unknown>, signer: Keypair, pallet = PALLET) =>
    turns(signer.address, () =>
      submit({ pallet, name, fields }, signer, { node, once, clock, pollMs, includeMs, signal }),
    );

  const metagraph = async (netuid: number) => metagraphOf(netuid, await node.finalized());
  return {
    async head(netuid = own) {
      const [genesis, view] = await Promise.all([node.genesis(true), node.finalized()]);
      const { number, hash } = view.block;
      return { number, genesis: genesis.slice(2), hash: hash.slice(2), epoch: await epochsOf(netuid, view) };
    },
    metagraph,
    hyperparameters: async (netuid) => hyperparametersOf(netuid, await node.finalized()),
    async account(address) {
      const view = await node.finalized();
      const account = view.runtime.storage("System", "Account", [address]);
      const [told, nonce] = await Promise.all([
        view.read({ account }),
        node.ask("system_accountNextIndex", [address], Index),
      ]);
      const read = Balance.safeParse(told.account);
      if (read.success) return { balance: String(read.data.data.free), nonce };
      throw new TaoceptionError("chain-unreadable", "the chain's account is not understood", {
        cause: read.error,
      });
    },
    weights: async (netuid) => weightsOf(netuid, await node.finalized()),
    commitTerms: async (netuid) => commitTermsOf(netuid, node),
    commitment: async (netuid, hotkey) => commitmentOf(netuid, hotkey, await node.finalized()),
    transfer: ({ dest, amount }, signer) =>
      call("transfer_keep_alive", { dest: { type: "Id", value: dest }, value: amount }, signer, "Balances"),
    register: (fields, signer) => call("burned_register", fields, signer),
    addStake: ({ amount, ...fields }, signer) =>
      call("add_stake", { ...fields, amount_staked: amount }, signer),
    removeStake: ({ amount, ...fields }, signer) =>
      call("remove_stake", { ...fields, amount_unstaked: amount }, signer),
    async serveAxon({ netuid, host, port }, signer) {
      const { ip, type } = ipOf(host);
      const rest = { version: 1, protocol: AXON_PROTOCOL, placeholder1: 0, placeholder2: 0 };
      return call("serve_axon", { netuid, ip, port, ip_type: type, ...rest }, signer);
    },
    setWeights: ({ netuid, uids, weights, versionKey }, signer) =>
      call("set_weights", { netuid, dests: uids, weights, version_key: BigInt(versionKey) }, signer),
    commitTimelocked: ({ netuid, commit, revealRound, version }, signer) =>
      call(
        "commit_timelocked_weights",
        { netuid, commit, reveal_round: BigInt(revealRound), commit_reveal_version: version },
        signer,
      ),
    setCommitment: ({ netuid, fields }, signer) =>
      call("set_commitment", { netuid, info: infoOf(fields) }, signer, "Commitments"),
    triggerEpoch: ({ netuid }, signer) => call("trigger_epoch", { netuid }, signer),
    async untilEpoch(netuid, index, { signal: until } = {}) {
      let seen = -1;
      for (;;) {
        const view = await node.finalized();
        if (view.block.number !== seen && (await epochsOf(netuid, view)).index >= index)
          return metagraphOf(netuid, view);
        seen = view.block.number;
        await clock.sleep(pollMs, until ?? signal);
      }
    },
  };
}
