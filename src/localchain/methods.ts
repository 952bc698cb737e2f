import { z } from "zod";
import { Address, type Beacon, Extrinsic } from "../bittensor/index.ts";
import { RpcError, TaoceptionError } from "../platform/index.ts";
import { Hash } from "../protocol/index.ts";
import { accountView, commitmentView, metagraphOf, termsView, weightRows } from "./ledger/views.ts";
import type { ChainNode } from "./node.ts";
import type { Method } from "./rpc.ts";

const netuid = z.number().int().min(0).max(65_535);

function method<T>(schema: z.ZodType<T>, answer: (parameters: T) => unknown): Method {
  return {
    answer(parameters) {
      const parsed = schema.safeParse(parameters ?? {});
      if (parsed.success) return answer(parsed.data);
      const [first] = parsed.error.issues;
      const place = first?.path.join(".") || "params";
      throw new RpcError(-32_602, `wrong params: ${place}: ${first?.message ?? "not what the method takes"}`);
    },
  };
}

/** What the chain answers to, by name; the wire of `openChain`. */
export function chainMethods(
  node: ChainNode,
  pace: { blockMs: number; beacon: Beacon },
): ReadonlyMap<string, Method> {
  const known = (asked: number) => {
    if (asked !== node.ledger().netuid)
      throw new RpcError(1_010, `there is no subnet ${asked}`, "SubnetNotExists");
  };
  const ofSubnet = (answer: () => unknown) =>
    method(z.strictObject({ netuid }), ({ netuid: asked }) => {
      known(asked);
      return answer();
    });
  return new Map<string, Method>([
    ["chain_head", method(z.strictObject({}), () => node.head())],
    ["metagraph", ofSubnet(() => metagraphOf(node.ledger()))],
    ["hyperparameters", ofSubnet(() => node.ledger().parameters)],
    ["weights", ofSubnet(() => weightRows(node.ledger()))],
    ["commit_terms", ofSubnet(() => termsView(node.ledger(), pace))],
    [
      "commitment",
      method(z.strictObject({ netuid, hotkey: Address }), ({ netuid: asked, hotkey }) => {
        known(asked);
        return commitmentView(node.ledger(), hotkey);
      }),
    ],
    [
      "account",
      method(z.strictObject({ address: Address }), ({ address }) =>
        accountView(node.ledger(), address, node.pendingOf(address)),
      ),
    ],
    [
      "submit",
      method(z.strictObject({ extrinsic: Extrinsic }), ({ extrinsic }) => {
        try {
          return node.submit(extrinsic);
        } catch (error) {
          if (!(error instanceof TaoceptionError) || error.code !== "bad-extrinsic") throw error;
          // Substrate's codes: 1010 an invalid transaction, 1016 no room for it now
          throw new RpcError(error.retryable ? 1_016 : 1_010, error.message, String(error.cause));
        }
      }),
    ],
    ["extrinsic_status", method(z.strictObject({ hash: Hash }), ({ hash }) => node.status(hash))],
  ]);
}
