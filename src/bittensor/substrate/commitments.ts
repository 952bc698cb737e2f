import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import type { Commitment, CommitmentField } from "../chain/schema.ts";
import type { View } from "./node.ts";

const Bytes = z
  .union([
    z.instanceof(Uint8Array),
    z
      .string()
      .regex(/^0x([0-9a-f]{2})*$/)
      .transform((text) => Buffer.from(text.slice(2), "hex")),
    z
      .number()
      .int()
      .min(0)
      .max(255)
      .transform((byte) => Uint8Array.of(byte)),
  ])
  .transform((bytes) => Buffer.from(bytes).toString("hex"));
const Fields = z.array(z.object({ type: z.string(), value: z.unknown() })).max(100);
const Told = z.object({
  block: z.union([z.number(), z.bigint()]).transform(Number),
  // a struct of one field, which the codecs of some metadata take for that field
  info: z.union([Fields, z.object({ fields: Fields }).transform(({ fields }) => fields)]),
});

/** Fields as the call takes them, whichever way its metadata is read. */
export function infoOf(fields: readonly CommitmentField[]): unknown {
  const data = fields.map(dataOf);
  return Object.assign([...data], { fields: data });
}

/** A field as the commitments pallet has it: bytes by their number (`Raw5`), a large one, or a hash. */
function dataOf({ kind, value }: CommitmentField): { type: string; value?: unknown } {
  const bytes = Uint8Array.from(Buffer.from(value, "hex"));
  if (kind === "BigRaw") return { type: kind, value: bytes };
  if (kind === "Sha256") return { type: kind, value: `0x${value}` };
  if (bytes.length <= 1) return { type: `Raw${bytes.length}`, value: bytes[0] }; // nothing, and a number
  return { type: `Raw${bytes.length}`, value: `0x${value}` };
}

/** What a hotkey has published last, but for fields of kinds that are none of ours; null where it has nothing. */
export async function commitmentOf(netuid: number, hotkey: string, view: View): Promise<Commitment | null> {
  const { told } = await view.read({
    told: view.runtime.storage("Commitments", "CommitmentOf", [netuid, hotkey]),
  });
  if (told === undefined || told === null) return null;
  const read = Told.safeParse(told);
  if (!read.success)
    throw new TaoceptionError("chain-unreadable", "the chain's commitment is not understood", {
      cause: read.error,
    });
  return { block: read.data.block, fields: read.data.info.flatMap(fieldOf) };
}

function fieldOf({ type, value }: { type: string; value: unknown }): CommitmentField[] {
  const kind = /^Raw\d+$/.test(type) ? "Raw" : type;
  if (kind !== "Raw" && kind !== "BigRaw" && kind !== "Sha256") return [];
  const bytes = Bytes.safeParse(value ?? "0x");
  return bytes.success ? [{ kind, value: bytes.data }] : [];
}
