import { z } from "zod";
import { RpcError } from "../platform/index.ts";
import type { Block } from "../runtime/index.ts";
import type { RuntimeNode } from "./node.ts";

/** What requests are made of. */

/** Bytes as hex; clients leave the 0x away where there are none. */
export const Bytes = z
  .string()
  .regex(/^(0x)?([0-9a-fA-F]{2})*$/, "not bytes as 0x and hex")
  .transform((text) => new Uint8Array(Buffer.from(text.replace(/^0x/, ""), "hex")));

/** A storage key, as states have it: hex alone. */
export const Key = z
  .string()
  .max(8_192)
  .regex(/^0x([0-9a-fA-F]{2})*$/, "not a key as 0x and hex")
  .transform((text) => text.slice(2).toLowerCase());

/** A block's hash; left out, the newest block. */
export const At = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "not a block's hash")
  .transform((text) => text.toLowerCase())
  .nullish();

/** A block's number, in any way that clients write it. */
export const BlockNumber = z.union([
  z.number().int().min(0).max(0xffff_ffff),
  z
    .string()
    .regex(/^(0x[0-9a-fA-F]{1,8}|\d{1,10})$/, "not a block's number")
    .transform(Number),
]);

/** The block that is asked for. RpcError when it is none of those that are kept. */
export function blockAt(at: string | null | undefined, { blocks }: Pick<RuntimeNode, "blocks">): Block {
  const found = at ? blocks.find(at) : blocks.head();
  if (found === undefined) throw new RpcError(4_003, `Client error: UnknownBlock: ${at} is not there`);
  return found;
}
