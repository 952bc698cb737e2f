import { TaoceptionError } from "../platform/index.ts";

/** The little of SCALE that a host must read and write itself (docs.polkadot.com, "SCALE codec"). */

/** A compact integer: two bits of mode, then 6, 14 or 30 bits, or as many bytes as it takes. */
export function compact(value: number): Uint8Array {
  if (value < 2 ** 6) return Uint8Array.of(value << 2);
  if (value < 2 ** 14) return Uint8Array.of(((value << 2) & 0xff) | 1, value >> 6);
  if (value < 2 ** 30) return u32(value * 4 + 2);
  return concat([Uint8Array.of(3), u32(value)]);
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

/** Bytes behind their length. */
export function vec(bytes: Uint8Array): Uint8Array {
  return concat([compact(bytes.length), bytes]);
}

/** An optional value that is encoded already. */
export function option(value: Uint8Array | undefined): Uint8Array {
  return value === undefined ? Uint8Array.of(0) : concat([Uint8Array.of(1), value]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export interface Reader {
  /** Bytes that are not read yet. */
  left(): number;
  bytes(length: number): Uint8Array;
  byte(): number;
  u32(): number;
  u64(): bigint;
  /** A compact integer below 2³². */
  compact(): number;
  /** Bytes behind their length. */
  vec(): Uint8Array;
  list<T>(read: () => T): T[];
}

/** Read SCALE from the beginning of `bytes`. Reading past the end is a TaoceptionError `bad-scale`. */
export function readScale(bytes: Uint8Array): Reader {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at)
      throw new TaoceptionError(
        "bad-scale",
        `SCALE ends after ${bytes.length} bytes, ${at + length} are needed`,
      );
    at += length;
    return bytes.subarray(at - length, at);
  };
  const view = (length: number) => {
    const part = take(length);
    return new DataView(part.buffer, part.byteOffset, length);
  };
  const reader: Reader = {
    left: () => bytes.length - at,
    bytes: take,
    byte: () => view(1).getUint8(0),
    u32: () => view(4).getUint32(0, true),
    u64: () => view(8).getBigUint64(0, true),
    compact() {
      const first = reader.byte();
      const mode = first & 3;
      if (mode === 0) return first >> 2;
      at -= 1;
      if (mode === 1) return view(2).getUint16(0, true) >> 2;
      if (mode === 2) return view(4).getUint32(0, true) >>> 2;
      if (first !== 3)
        throw new TaoceptionError("bad-scale", "a compact integer is larger than a length may be");
      at += 1;
      return reader.u32();
    },
    vec: () => take(reader.compact()),
    list<T>(read: () => T): T[] {
      const length = reader.compact();
      const items: T[] = [];
      for (let index = 0; index < length; index += 1) items.push(read());
      return items;
    },
  };
  return reader;
}
