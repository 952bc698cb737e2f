import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import type { WeightRow } from "../chain/schema.ts";
import type { View } from "./node.ts";

const Count = z.number().int().min(0).max(4_096);
const Row = z.array(z.tuple([z.number(), z.number()])).max(4_096);

/** Rows of weights of a subnet as of one block, of those who have any: two requests, however many there are. */
export async function weightsOf(netuid: number, view: View): Promise<WeightRow[]> {
  const item = (name: string, keys: unknown[]) => view.runtime.storage("SubtensorModule", name, keys);
  const { count } = await view.read({ count: item("SubnetworkN", [netuid]) });
  const uids = Array.from({ length: Count.parse(count ?? 0) }, (_, uid) => uid);
  const told = await view.read(Object.fromEntries(uids.map((uid) => [uid, item("Weights", [netuid, uid])])));
  return uids.flatMap((uid) => {
    const row = Row.safeParse(told[uid] ?? []);
    if (!row.success)
      throw new TaoceptionError("chain-unreadable", "the chain's weights are not understood", {
        cause: row.error,
      });
    return row.data.length === 0 ? [] : [{ uid, weights: row.data }];
  });
}
