import { z } from "zod";
import { decodeAddress } from "../../bittensor/index.ts";
import { RpcError } from "../../platform/index.ts";
import { concat, readScale, u32 } from "../../runtime/index.ts";
import { hex } from "../blocks.ts";
import type { RuntimeNode } from "../node.ts";
import { type Methods, method } from "../rpc.ts";

const none = z.tuple([]);

/** Of the node itself. */
export function system(node: RuntimeNode): Methods {
  const { name, properties } = node.spec;
  const chainName = method(none, () => name);
  /** The nonce that the account's next extrinsic must carry, after those that wait. */
  const nextIndex = method(z.tuple([z.string().max(100)]), ([address]) => {
    const account = decodeAddress(address);
    if (account === null) throw new RpcError(-32_602, "not an SS58 address of prefix 42");
    let nonce = readScale(node.call(node.blocks.head(), "AccountNonceApi_account_nonce", account)).u32();
    while (node.waitsFor(Buffer.from(concat([account, u32(nonce)])).toString("hex"))) nonce += 1;
    return nonce;
  });
  return {
    chainSpec_v1_chainName: chainName,
    chainSpec_v1_genesisHash: method(none, () => hex(node.blocks.genesis.hash)),
    chainSpec_v1_properties: method(none, () => properties),
    system_chain: chainName,
    system_chainType: method(none, () => "Development"),
    system_name: method(none, () => "taoception"),
    system_version: method(none, () => "0.0.0"),
    system_properties: method(none, () => properties),
    system_health: method(none, () => ({ peers: 0, isSyncing: false, shouldHavePeers: false })),
    system_nodeRoles: method(none, () => ["Authority"]),
    system_accountNextIndex: nextIndex,
    account_nextIndex: nextIndex,
  };
}
