import { createHash } from "node:crypto";
import { z } from "zod";
import { Beacon, type Extrinsic, Pulse } from "../bittensor/index.ts";
import { Hash } from "../protocol/index.ts";

const number = z.number().int().nonnegative();

/** Block 0. Its time makes two chains of one genesis different ones. */
export const FirstBlock = z.strictObject({
  number: z.literal(0),
  parent: z.null(),
  /** Unix milliseconds. */
  time: number,
  genesis: z.unknown(),
  /** Whose pulses open timelocked weights; without it, the one that the folder's seed makes from this block's time. */
  beacon: Beacon.optional(),
});
export type FirstBlock = z.infer<typeof FirstBlock>;

/** What a timelocked commit hid, as the pulse opened it. */
const Opened = z.strictObject({
  id: number,
  payload: z
    .strictObject({
      hotkey: z.string(),
      uids: z.array(number),
      weights: z.array(number),
      versionKey: number,
    })
    .nullable(),
});

/** A block in which something happened. */
export const Block = z.strictObject({
  number,
  /** Hash of the block before it in the log. */
  parent: Hash,
  time: number,
  epoch: z.boolean(),
  /** Pulses that came in this block for commits that wait for them, and what they opened; absent where none did. */
  pulses: z.array(Pulse).optional(),
  opened: z.array(Opened).optional(),
  extrinsics: z.array(
    z.looseObject({
      /** The extrinsic's name, and the check that it failed or null. */
      hash: Hash,
      error: z.string().nullable(),
      // it was checked before it came into the log, and the block's hash says that it is still the same
      extrinsic: z.custom<Extrinsic>((value) => typeof value === "object" && value !== null),
    }),
  ),
  /** Hash of the whole ledger after an epoch; null in other blocks. */
  ledger: Hash.nullable(),
});
export type Block = z.infer<typeof Block>;

const HEAD = '{"hash":"';
const MIDDLE = '","block":';

/** A block as a line of the log, with its hash: that of its JSON text. */
export function blockLine(block: Block | FirstBlock): { line: string; hash: Hash } {
  const text = JSON.stringify(block);
  const hash = sha256(text);
  return { line: `${HEAD}${hash}${MIDDLE}${text}}\n`, hash };
}

/** Read a line back (without its line break); null when it is not one, or its hash is another. */
export function readBlockLine(line: string): { value: unknown; hash: Hash } | null {
  const hash = line.slice(HEAD.length, HEAD.length + 64);
  const prefix = `${HEAD}${hash}${MIDDLE}`;
  if (!line.startsWith(prefix) || !line.endsWith("}")) return null;
  const text = line.slice(prefix.length, -1);
  if (sha256(text) !== hash) return null;
  try {
    return { value: JSON.parse(text), hash };
  } catch {
    return null;
  }
}

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
