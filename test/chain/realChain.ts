import { readFileSync } from "node:fs";
import { createClient } from "polkadot-api";
import { getPolkadotSigner } from "polkadot-api/signer";
import { getWsProvider } from "polkadot-api/ws";
import { developmentKeypair } from "../../src/bittensor/index.ts";
import { silentLogger } from "../../src/platform/index.ts";
import { startRuntimeChain } from "../../src/runtimechain/index.ts";

/** A chain spec that the user has; nothing of it is in this repository. */
const path = process.env.TAOCEPTION_RUNTIME;

/** Why there is no real chain, if there is none. */
export const missing = path
  ? undefined
  : "TAOCEPTION_RUNTIME names no chain spec of a Bittensor chain (tried with spec 293)";

/** A node that has but the older of Substrate's two interfaces, as far as its client knows. */
export class OlderNode extends WebSocket {
  override send(data: Parameters<WebSocket["send"]>[0]): void {
    const { id, method } = JSON.parse(String(data));
    const answer = JSON.stringify({ jsonrpc: "2.0", id, result: { methods: [] } });
    if (method === "rpc_methods")
      queueMicrotask(() => this.dispatchEvent(new MessageEvent("message", { data: answer })));
    else super.send(data);
  }
}

/** An account by its name, as polkadot-api signs for it. */
export function account(name: string) {
  const { address, publicKey, sign } = developmentKeypair(name);
  return { address, signer: getPolkadotSigner(publicKey, "Sr25519", (message) => sign(message)) };
}
type Account = ReturnType<typeof account>;

export interface ChainEvent {
  type: string;
  value: { type: string; value: unknown };
}

/** A chain over the real runtime, and polkadot-api connected to it. */
export async function openRealChain({ websocketClass = WebSocket, blockMs = 100 } = {}) {
  const chain = await startRuntimeChain({ runtime: readFileSync(path ?? ""), blockMs, logger: silentLogger });
  const client = createClient(getWsProvider(chain.url, { websocketClass }));
  // what a runtime offers is known only once it runs
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const api: any = client.getUnsafeApi();
  return {
    ...{ chain, client, api },
    /** Sign and submit, and wait until the block is final; its events. */
    async done(tx: unknown, { signer }: Account): Promise<ChainEvent[]> {
      const signed = (tx as ReturnType<typeof api.tx.System.remark>).signAndSubmit(signer);
      const { ok, events, dispatchError } = await signed;
      if (!ok) throw new Error(JSON.stringify(dispatchError));
      return events;
    },
    /** The same by the node itself, which is made to go on: a client that is busy may miss when a block was final. */
    async put(tx: unknown, { signer }: Account, nonce: number): Promise<void> {
      const signed = await (tx as ReturnType<typeof api.tx.System.remark>).sign(signer, { nonce });
      chain.node.submit(signed);
      for (let blocks = 0; blocks < 3; blocks += 1) chain.node.produce();
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await chain[Symbol.asyncDispose]();
    },
  };
}
