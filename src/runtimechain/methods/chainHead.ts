import { z } from "zod";
import { RpcError, TaoceptionError } from "../../platform/index.ts";
import {
  type Block,
  blake2_256,
  descendantValue,
  encodeHeader,
  get,
  keysUnder,
  type StateVersion,
} from "../../runtime/index.ts";
import { hex } from "../blocks.ts";
import type { RuntimeNode } from "../node.ts";
import { Bytes, Key } from "../parameters.ts";
import { type Method, type Methods, method, type Peer } from "../rpc.ts";
import { type Follow, openFollows } from "./follow.ts";

const Hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "not a block's hash")
  .transform((text) => text.toLowerCase());
const Item = z.object({
  key: Key,
  type: z.enum(["value", "hash", "closestDescendantMerkleValue", "descendantsValues", "descendantsHashes"]),
});
const Id = z.string().max(100);
/** Items that one notification holds. */
const BATCH = 500;

/**
 * Blocks and their states in the newer of Substrate's interfaces (paritytech.github.io/json-rpc-interface-spec,
 * `chainHead`). What is asked for is there at once: an operation has ended when its begin is answered.
 */
export function chainHead(node: RuntimeNode): Methods {
  const follows = openFollows(node);
  function pinned(follow: Follow, hash: string): Block {
    const block = follow.pinned.get(hash);
    if (block === undefined) throw new RpcError(-32_801, "the block is not pinned");
    return block;
  }
  /** A method that begins an operation on a block. A subscription that is over has room for none. */
  function operation<T extends [string, string, ...unknown[]]>(
    schema: z.ZodType<T>,
    events: (parameters: T, block: Block) => (operationId: string) => object[],
    begun: object = {},
  ): Method {
    return method(schema, (parameters, peer) => {
      const follow = follows.find(parameters[0], peer);
      if (follow === undefined) return { result: "limitReached" };
      const block = pinned(follow, parameters[1]);
      return { result: "started", operationId: follow.operate(events(parameters, block)), ...begun };
    });
  }
  const unfollow = ([id]: [string], peer: Peer) => void peer.unsubscribe(id);

  return {
    chainHead_v1_follow: method(z.tuple([z.boolean()]), ([withRuntime], peer) =>
      follows.start(withRuntime, peer),
    ),
    chainHead_v1_unfollow: method(z.tuple([Id]), unfollow),
    chainHead_v1_header: method(z.tuple([Id, Hash]), ([id, hash], peer) => {
      const follow = follows.find(id, peer);
      return follow && hex(encodeHeader(pinned(follow, hash).header));
    }),
    chainHead_v1_body: operation(z.tuple([Id, Hash]), (_, { extrinsics }) => (operationId) => [
      { event: "operationBodyDone", operationId, value: extrinsics.map(hex) },
    ]),
    chainHead_v1_call: operation(
      z.tuple([Id, Hash, z.string().max(200), Bytes]),
      ([, , name, input], block) =>
        (operationId) => [
          {
            operationId,
            ...attempt(() => ({ event: "operationCallDone", output: hex(node.call(block, name, input)) })),
          },
        ],
    ),
    chainHead_v1_storage: operation(
      z.tuple([Id, Hash, z.array(Item).max(1_000), Key.nullish()]),
      ([, , items, child], block) =>
        (operationId) => {
          if (child) return [{ event: "operationError", operationId, error: "there are no child tries" }];
          const { stateVersion } = node.runtimeOf(block).version;
          const found = items.flatMap((item) => itemsOf(block, item, stateVersion));
          const batches = Array.from({ length: Math.ceil(found.length / BATCH) }, (_, index) => ({
            event: "operationStorageItems",
            operationId,
            items: found.slice(index * BATCH, (index + 1) * BATCH),
          }));
          return [...batches, { event: "operationStorageDone", operationId }];
        },
      { discardedItems: 0 },
    ),
    chainHead_v1_unpin: method(
      z.tuple([Id, z.union([Hash, z.array(Hash).max(10_000)])]),
      ([id, hashes], peer) => {
        const follow = follows.find(id, peer);
        for (const hash of [hashes].flat()) if (follow && pinned(follow, hash)) follow.pinned.delete(hash);
      },
    ),
    chainHead_v1_continue: method(z.tuple([Id, Id]), () => null),
    chainHead_v1_stopOperation: method(z.tuple([Id, Id]), () => null),
  };
}

function attempt(run: () => object): object {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TaoceptionError)) throw error;
    return { event: "operationError", error: error.message };
  }
}

/** What a state has for one thing that is asked of it; what is not there is left out. */
function itemsOf({ state }: Block, { key, type }: z.infer<typeof Item>, version: StateVersion): object[] {
  if (type === "closestDescendantMerkleValue") {
    const value = descendantValue(state, key, version);
    return value ? [{ key: `0x${key}`, closestDescendantMerkleValue: hex(value) }] : [];
  }
  const keys = type.startsWith("descendants") ? keysUnder(state, key) : [key];
  return keys.flatMap((each) => {
    const value = get(state, each);
    if (value === undefined) return [];
    const told =
      type === "value" || type === "descendantsValues"
        ? { value: hex(value) }
        : { hash: hex(blake2_256(value)) };
    return [{ key: `0x${each}`, ...told }];
  });
}
