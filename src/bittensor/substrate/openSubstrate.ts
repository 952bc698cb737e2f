import { type Clock, systemClock } from "../../platform/index.ts";
import type { Chain } from "../chain/chain.ts";
import { inTurn } from "../chain/inTurn.ts";
import type { Keypair } from "../keys.ts";
import { lacks, openConnection } from "./connect.ts";
import { numberOf } from "./ip.ts";
import { readAccount, readHead, readHyperparameters, readMetagraph } from "./reads.ts";
import { type RuntimeCall, submit } from "./submit.ts";

/** The protocol number that neurons publish by convention, and their version of it. */
const AXON = { version: 1, protocol: 4, placeholder1: 0, placeholder2: 0 };
/** Longer than an extrinsic is good for, on a chain whose blocks take 12 s. */
const INCLUDE_MS = 20 * 60_000;
const POLL_MS = 3_000;

/**
 * A client of a Substrate node with Bittensor's pallets, over WebSocket, by the metadata that it gives: what is read is
 * finalised, and so is what was submitted. Made for a node of one's own; a public one asks for patience.
 */
export function openSubstrate(options: {
  url: string;
  clock?: Clock;
  signal?: AbortSignal;
  pollMs?: number;
  includeMs?: number;
}): Chain {
  const { url, clock = systemClock, signal, pollMs = POLL_MS, includeMs = INCLUDE_MS } = options;
  const connect = openConnection(url, signal);
  const reading = { url, connect };
  const turns = inTurn();
  const send = (
    call: string,
    fields: Record<string, unknown>,
    signer: Keypair,
    pallet = "SubtensorModule",
  ) => {
    const asked: RuntimeCall = { pallet, call, fields };
    return turns(signer.address, () => submit(asked, signer, { connect, clock, pollMs, includeMs, signal }));
  };
  const head: Chain["head"] = (netuid = 1) => readHead(netuid, reading);
  const metagraph: Chain["metagraph"] = (netuid) => readMetagraph(netuid, reading);
  return {
    head,
    metagraph,
    hyperparameters: (netuid) => readHyperparameters(netuid, reading),
    account: (address) => readAccount(address, reading),
    register: (call, coldkey) => send("burned_register", call, coldkey),
    addStake: ({ amount, ...call }, coldkey) =>
      send("add_stake", { ...call, amount_staked: amount }, coldkey),
    removeStake: ({ amount, ...call }, coldkey) =>
      send("remove_stake", { ...call, amount_unstaked: amount }, coldkey),
    serveAxon: ({ netuid, host, port }, hotkey) => {
      const { ip, kind } = numberOf(host);
      return send("serve_axon", { ...AXON, netuid, ip, port, ip_type: kind }, hotkey);
    },
    setWeights: ({ netuid, uids, weights, versionKey }, hotkey) =>
      send("set_weights", { netuid, dests: uids, weights, version_key: BigInt(versionKey) }, hotkey),
    triggerEpoch: () => Promise.reject(lacks("epoch on demand")),
    untilEpoch: async (netuid, index, { signal: own } = {}) => {
      for (;;) {
        const { epoch } = await head(netuid);
        if (epoch.index >= index) return metagraph(netuid);
        await clock.sleep(pollMs, own ?? signal);
      }
    },
  };
}
