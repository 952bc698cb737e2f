const MASK = 0xffff_ffff_ffff_ffffn;
const P1 = 0x9e37_79b1_85eb_ca87n;
const P2 = 0xc2b2_ae3d_27d4_eb4fn;
const P3 = 0x1656_67b1_9e37_79f9n;
const P4 = 0x85eb_ca77_c2b2_ae63n;
const P5 = 0x27d4_eb2f_1656_67c5n;

/** Names of pallets and of their storage are hashed again and again. */
const known = new Map<string, Uint8Array>();
const MOST_KNOWN = 8_192;
const LONGEST_KNOWN = 64;

/** Substrate's `twox_64`, `twox_128` or `twox_256`: xxHash64 under the seeds 0, 1, … beside each other. */
export function twox(data: Uint8Array, bits: 64 | 128 | 256): Uint8Array {
  const name = data.length <= LONGEST_KNOWN ? `${bits}:${Buffer.from(data).toString("latin1")}` : undefined;
  const found = name === undefined ? undefined : known.get(name);
  if (found) return found;
  const hash = new Uint8Array(bits / 8);
  const view = new DataView(hash.buffer);
  for (let seed = 0; seed < bits / 64; seed += 1)
    view.setBigUint64(seed * 8, xxHash64(data, BigInt(seed)), true);
  if (name !== undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(name, hash);
  }
  return hash;
}

/** xxHash64 as its specification has it (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). */
export function xxHash64(data: Uint8Array, seed: bigint): bigint {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let at = 0;
  let hash: bigint;
  if (data.length >= 32) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => lane & MASK);
    for (; at + 32 <= data.length; at += 32)
      for (const [index, lane] of lanes.entries())
        lanes[index] = round(lane, view.getBigUint64(at + index * 8, true));
    const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes;
    hash = (rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n)) & MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
  } else hash = (seed + P5) & MASK;
  hash = (hash + BigInt(data.length)) & MASK;
  for (; at + 8 <= data.length; at += 8)
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK;
  for (; at + 4 <= data.length; at += 4)
    hash = (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * P1) & MASK), 23n) * P2 + P3) & MASK;
  for (; at < data.length; at += 1)
    hash = (rotate(hash ^ ((BigInt(view.getUint8(at)) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

function round(lane: bigint, input: bigint): bigint {
  return (rotate((lane + input * P2) & MASK, 31n) * P1) & MASK;
}

function rotate(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK;
}
