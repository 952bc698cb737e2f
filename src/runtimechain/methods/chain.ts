import { z } from "zod";
import type { Block, Header } from "../../runtime/index.ts";
import { hex } from "../blocks.ts";
import type { RuntimeNode } from "../node.ts";
import { At, BlockNumber } from "../parameters.ts";
import { type Method, type Methods, method } from "../rpc.ts";

/** Of blocks, in the older of Substrate's two interfaces. There are no forks: all heads are one. */
export function chain(node: RuntimeNode): Methods {
  const { blocks } = node;
  const find = (at: string | null | undefined) => (at ? blocks.find(at) : blocks.head());
  const hashAt = (number: number) => {
    const block = blocks.at(number);
    return block === undefined ? null : hex(block.hash);
  };
  const heads = (notification: string): Method =>
    method(z.tuple([]), (_, peer) =>
      peer.subscribe(notification, (notify) => {
        notify(headerJson(blocks.head().header));
        return node.onBlock(({ header }) => notify(headerJson(header)));
      }),
    );
  const finalizedHeads = method(z.tuple([]), (_, peer) =>
    peer.subscribe("chain_finalizedHead", (notify) => {
      notify(headerJson(blocks.finalized().header));
      return node.onBlock((_, final) => {
        for (const { header } of final) notify(headerJson(header));
      });
    }),
  );
  const unsubscribe = method(z.tuple([z.string()]), ([id], peer) => peer.unsubscribe(id));
  return {
    chain_getBlockHash: method(
      z.tuple([z.union([BlockNumber, z.array(BlockNumber).max(1_000)]).nullish()]).or(z.tuple([])),
      ([asked]) => {
        if (Array.isArray(asked)) return asked.map(hashAt);
        return asked === undefined || asked === null ? hex(blocks.head().hash) : hashAt(asked);
      },
    ),
    chain_getHeader: method(z.tuple([At.optional()]), ([at]) => {
      const block = find(at);
      return block && headerJson(block.header);
    }),
    chain_getBlock: method(z.tuple([At.optional()]), ([at]) => {
      const block = find(at);
      return block && { block: blockJson(block), justifications: null };
    }),
    chain_getFinalizedHead: method(z.tuple([]), () => hex(blocks.finalized().hash)),
    chain_subscribeAllHeads: heads("chain_allHead"),
    chain_unsubscribeAllHeads: unsubscribe,
    chain_subscribeNewHeads: heads("chain_newHead"),
    chain_unsubscribeNewHeads: unsubscribe,
    chain_subscribeFinalizedHeads: finalizedHeads,
    chain_unsubscribeFinalizedHeads: unsubscribe,
    /** Make a block now, as a node that seals by hand does; empty ones always, final at once if wanted. */
    engine_createBlock: method(z.tuple([z.boolean().optional(), z.boolean().nullish()]), ([, finalize]) => ({
      hash: hex(node.produce({ finalize: finalize ?? false }).hash),
    })),
  };
}

function blockJson({ header, extrinsics }: Block): object {
  return { header: headerJson(header), extrinsics: extrinsics.map(hex) };
}

function headerJson({ parentHash, number, stateRoot, extrinsicsRoot, digest }: Header): object {
  return {
    parentHash: hex(parentHash),
    number: `0x${number.toString(16)}`,
    stateRoot: hex(stateRoot),
    extrinsicsRoot: hex(extrinsicsRoot),
    digest: { logs: digest.map(hex) },
  };
}
