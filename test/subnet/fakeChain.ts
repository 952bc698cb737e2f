import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { text } from "node:stream/consumers";

interface State {
  neurons: { hotkey: string; coldkey: string; stake: string }[];
  nonces: Record<string, number>;
  calls: string[];
}

/** As much of a chain as registering needs: every call is in a block at once, and the state lies in a file. */
export function fakeChain(path: string, genesis: string): RequestListener {
  readFileSync(genesis); // it must be there
  const load = (): State => {
    try {
      return JSON.parse(readFileSync(path, "utf8"));
    } catch {
      return { neurons: [], nonces: {}, calls: [] };
    }
  };
  const answer = ({ method, params }: { method: string; params: Record<string, never> }): unknown => {
    const state = load();
    const zeros = { registeredAt: 0, lastUpdate: 0, consensus: 0, incentive: 0, dividends: 0 };
    if (method === "chain_head")
      return { number: 1, genesis: "0".repeat(64), hash: "0".repeat(64), epoch: { index: 0, block: 0 } };
    if (method === "account") return { balance: "1", nonce: state.nonces[params.address ?? ""] ?? 0 };
    if (method === "extrinsic_status") return { status: "included", block: 1, error: null };
    if (method === "metagraph") {
      const neurons = state.neurons.map((neuron, uid) => ({
        ...{ ...neuron, ...zeros, uid, permit: false, active: true, axon: null },
        ...{ validatorTrust: 0, rank: 0, trust: 0, emission: "0" },
      }));
      const owner = neurons[0]?.coldkey ?? "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
      const epoch = { index: 0, block: 0 };
      return { netuid: 1, block: 1, epoch, owner, ownerHotkey: owner, burn: "0", neurons };
    }
    const { signer, nonce, call } = params.extrinsic as unknown as {
      signer: string;
      nonce: number;
      call: { call: string; hotkey: string; amount: string };
    };
    state.nonces[signer] = nonce + 1;
    state.calls.push(call.call);
    if (call.call === "burned_register")
      state.neurons.push({ hotkey: call.hotkey, coldkey: signer, stake: "0" });
    const neuron = state.neurons.find(({ hotkey }) => hotkey === call.hotkey);
    if (call.call === "add_stake" && neuron) neuron.stake = call.amount;
    writeFileSync(path, JSON.stringify(state));
    return { status: "pending" };
  };
  return (request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const { id, ...asked } = JSON.parse(body);
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answer(asked) }));
    });
  };
}
