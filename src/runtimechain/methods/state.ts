import { z } from "zod";
import { RpcError } from "../../platform/index.ts";
import {
  type Block,
  blake2_256,
  get,
  keysUnder,
  type RuntimeVersion,
  readProof,
  readScale,
} from "../../runtime/index.ts";
import { hex } from "../blocks.ts";
import type { RuntimeNode } from "../node.ts";
import { At, Bytes, blockAt, Key } from "../parameters.ts";
import { type Methods, method } from "../rpc.ts";

/** As nodes bound it. */
const MOST_KEYS = 1_000;
const Keys = z.array(Key).max(MOST_KEYS);
const None = new Uint8Array();

/** Of a state, in the older of Substrate's two interfaces. */
export function state(node: RuntimeNode): Methods {
  const value = ({ state }: Block, key: string) => get(state, key);
  const encoded = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : hex(bytes));
  const changes = (block: Block, keys: string[]) => ({
    block: hex(block.hash),
    changes: keys.map((key) => [`0x${key}`, encoded(value(block, key))]),
  });
  const keysPaged = method(
    z.tuple([Key.nullish(), z.number().int().min(1), Key.nullish(), At.optional()]),
    ([prefix, most, after, at]) => {
      if (most > MOST_KEYS)
        throw new RpcError(4_002, `count exceeds maximum value. value: ${most}, max: ${MOST_KEYS}`);
      const keys = keysUnder(blockAt(at, node).state, prefix ?? "", { after: after ?? "", most });
      return keys.map((key) => `0x${key}`);
    },
  );
  const queryAt = method(z.tuple([Keys, At.optional()]), ([keys, at]) => [changes(blockAt(at, node), keys)]);
  const callAt = method(z.tuple([z.string().max(200), Bytes, At.optional()]), ([name, input, at]) =>
    hex(node.call(blockAt(at, node), name, input)),
  );
  const version = method(z.tuple([At.optional()]), ([at]) =>
    versionJson(node.runtimeOf(blockAt(at, node)).version),
  );
  const storageOf = <T>(answer: (bytes: Uint8Array | undefined) => T) =>
    method(z.tuple([Key, At.optional()]), ([key, at]) => answer(value(blockAt(at, node), key)));
  const unsubscribe = method(z.tuple([z.string()]), ([id], peer) => peer.unsubscribe(id));

  return {
    state_call: callAt,
    state_getStorage: storageOf(encoded),
    state_getStorageHash: storageOf((bytes) => bytes && hex(blake2_256(bytes))),
    state_getStorageSize: storageOf((bytes) => bytes?.length),
    state_getKeysPaged: keysPaged,
    state_queryStorageAt: queryAt,
    state_getReadProof: method(z.tuple([Keys, At.optional()]), ([keys, at]) => {
      const block = blockAt(at, node);
      const { stateVersion } = node.runtimeOf(block).version;
      return { at: hex(block.hash), proof: readProof(block.state, keys, stateVersion).map(hex) };
    }),
    state_getRuntimeVersion: version,
    chain_getRuntimeVersion: version,
    /** The opaque metadata without the length that the runtime's own answer has before it. */
    state_getMetadata: method(z.tuple([At.optional()]), ([at]) => {
      const opaque = node.call(blockAt(at, node), "Metadata_metadata", None);
      return hex(readScale(opaque).vec());
    }),
    state_subscribeStorage: method(z.tuple([Keys]), ([keys], peer) =>
      peer.subscribe("state_storage", (notify) => {
        let last = node.blocks.head();
        notify(changes(last, keys));
        return node.onBlock((block) => {
          const changed = keys.filter((key) => value(block, key) !== value(last, key));
          last = block;
          if (changed.length > 0) notify(changes(block, changed));
        });
      }),
    ),
    state_unsubscribeStorage: unsubscribe,
    state_subscribeRuntimeVersion: method(z.tuple([]), (_, peer) =>
      peer.subscribe("state_runtimeVersion", (notify) => {
        let { version: last } = node.runtimeOf(node.blocks.head());
        notify(versionJson(last));
        return node.onBlock((block) => {
          const { version: now } = node.runtimeOf(block);
          if (now !== last) notify(versionJson(now));
          last = now;
        });
      }),
    ),
    state_unsubscribeRuntimeVersion: unsubscribe,
  };
}

function versionJson({ stateVersion, apis, ...version }: RuntimeVersion): object {
  return { ...version, apis, stateVersion, systemVersion: stateVersion };
}
