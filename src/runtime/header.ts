import { TaoceptionError } from "../platform/index.ts";
import { blake2_256 } from "./merkle.ts";
import { compact, concat, readScale, u64, vec } from "./scale.ts";

/** A block's header, as Substrate's `generic::Header` of 32-bit numbers and Blake2. */
export interface Header {
  parentHash: Uint8Array;
  number: number;
  stateRoot: Uint8Array;
  extrinsicsRoot: Uint8Array;
  /** Digest items, each still SCALE. */
  digest: Uint8Array[];
}

const OTHER = 0;
const CONSENSUS = 4;
const SEAL = 5;
const PRE_RUNTIME = 6;
const RUNTIME_ENVIRONMENT_UPDATED = 8;

/** A header as it is hashed. */
export function encodeHeader({ parentHash, number, stateRoot, extrinsicsRoot, digest }: Header): Uint8Array {
  return concat([parentHash, compact(number), stateRoot, extrinsicsRoot, compact(digest.length), ...digest]);
}

export function headerHash(header: Header): Uint8Array {
  return blake2_256(encodeHeader(header));
}

/** TaoceptionError `bad-scale` when it is none. */
export function decodeHeader(bytes: Uint8Array): Header {
  const reader = readScale(bytes);
  const parentHash = reader.bytes(32);
  const number = reader.compact();
  const [stateRoot, extrinsicsRoot] = [reader.bytes(32), reader.bytes(32)];
  const digest = reader.list(() => {
    const from = bytes.length - reader.left();
    const kind = reader.byte();
    if (kind === CONSENSUS || kind === SEAL || kind === PRE_RUNTIME) {
      reader.bytes(4);
      reader.vec();
    } else if (kind === OTHER) reader.vec();
    else if (kind !== RUNTIME_ENVIRONMENT_UPDATED)
      throw new TaoceptionError("bad-scale", `a header has a digest item ${kind}`);
    return bytes.subarray(from, bytes.length - reader.left());
  });
  return { parentHash, number, stateRoot, extrinsicsRoot, digest };
}

/** What Aura wants to know before a block: its slot. */
export function auraSlot(slot: bigint): Uint8Array {
  return concat([Uint8Array.of(PRE_RUNTIME), Buffer.from("aura"), vec(u64(slot))]);
}
