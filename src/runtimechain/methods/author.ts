import { z } from "zod";
import { RpcError, TaoceptionError } from "../../platform/index.ts";
import type { Refusal, RuntimeNode } from "../node.ts";
import { Bytes } from "../parameters.ts";
import { isLast } from "../pool.ts";
import { type Methods, method } from "../rpc.ts";

/** Extrinsics in, in both of Substrate's interfaces. */
export function author(node: RuntimeNode): Methods {
  let broadcasts = 0;
  return {
    /** Whoever broadcasts is not told what becomes of it: it looks into blocks. */
    transaction_v1_broadcast: method(z.tuple([Bytes]), ([extrinsic]) => {
      try {
        node.submit(extrinsic);
      } catch (error) {
        if (!(error instanceof TaoceptionError)) throw error;
      }
      broadcasts += 1;
      return `b${broadcasts}`;
    }),
    transaction_v1_stop: method(z.tuple([z.string()]), () => null),
    author_submitExtrinsic: method(z.tuple([Bytes]), ([extrinsic]) => told(() => node.submit(extrinsic))),
    author_submitAndWatchExtrinsic: method(z.tuple([Bytes]), ([extrinsic], peer) =>
      told(() =>
        peer.subscribe("author_extrinsicUpdate", (notify, id) => {
          let wanted = true;
          node.submit(extrinsic, (fate) => {
            if (wanted) notify(fate);
            if (isLast(fate)) peer.unsubscribe(id);
          });
          return () => {
            wanted = false;
          };
        }),
      ),
    ),
    author_unwatchExtrinsic: method(z.tuple([z.string()]), ([id], peer) => peer.unsubscribe(id)),
  };
}

/** A refusal with the code and words that nodes have for it. */
function told<T>(submit: () => T): T {
  try {
    return submit();
  } catch (error) {
    if (!(error instanceof TaoceptionError) || error.code !== "bad-extrinsic") throw error;
    const { code, message, data } = error.cause as Refusal;
    throw new RpcError(code, message, data);
  }
}
