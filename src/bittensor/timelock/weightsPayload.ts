import { decodeAddress, encodeAddress } from "../ss58.ts";

/** What a timelocked commit hides. */
export interface WeightsPayload {
  /** Who sealed it: nobody else can have it revealed as his own. */
  hotkey: string;
  uids: number[];
  weights: number[];
  versionKey: number;
}

/** uids and weights that a payload holds at most, as a subnet has them. */
const MOST = 4_096;

/**
 * A payload in SCALE, as the chain reads it: the hotkey's 32 bytes, uids and values (u16), each with a compact length
 * before it, then the version key (u64). Source: `WeightsTlockPayload` of bittensor 11's core.
 */
export function encodeWeights({ hotkey, uids, weights, versionKey }: WeightsPayload): Uint8Array {
  const key = decodeAddress(hotkey);
  if (key === null) throw new RangeError("the hotkey is no address");
  const numbers = (values: readonly number[]) => {
    const bytes = Buffer.alloc(values.length * 2);
    for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
    return Buffer.concat([compact(values.length), bytes]);
  };
  const version = Buffer.alloc(8);
  version.writeBigUInt64LE(BigInt(versionKey));
  return Buffer.concat([compact(key.length), key, numbers(uids), numbers(weights), version]);
}

/** Read a payload back; null when it is none. What follows after it is not looked at, as on the chain. */
export function decodeWeights(bytes: Uint8Array): WeightsPayload | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const take = (length: number) => {
    if (length > buffer.length - at) throw new RangeError("it ends too early");
    at += length;
    return buffer.subarray(at - length, at);
  };
  /** A compact number below 2^30; no longer form is of use here. */
  const length = (most: number) => {
    const [first = 0] = take(1);
    const bytesMore = { 0: 0, 1: 1, 2: 3 }[first & 3];
    if (bytesMore === undefined) throw new RangeError("a length is too large");
    let value = first;
    for (const [index, byte] of take(bytesMore).entries()) value += byte * 2 ** (8 * (index + 1));
    value = Math.floor(value / 4);
    if (value > most) throw new RangeError("a list is too long");
    return value;
  };
  const numbers = () => {
    const words = take(length(MOST) * 2);
    return Array.from({ length: words.length / 2 }, (_, index) => words.readUInt16LE(index * 2));
  };
  try {
    const key = take(length(32));
    if (key.length !== 32) return null;
    const [uids, weights] = [numbers(), numbers()];
    const versionKey = take(8).readBigUInt64LE();
    if (versionKey > BigInt(Number.MAX_SAFE_INTEGER)) return null; // no subnet of ours asks for one
    return { hotkey: encodeAddress(key), uids, weights, versionKey: Number(versionKey) };
  } catch {
    return null;
  }
}

/** SCALE's compact form of a length below 2^14. */
function compact(length: number): Buffer {
  if (length < 64) return Buffer.from([length << 2]);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE((length << 2) | 1);
  return bytes;
}
