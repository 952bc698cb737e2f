import { blake2b } from "@noble/hashes/blake2.js";
import { base58 } from "@scure/base";

/** The address type of Bittensor and of every chain that has none of its own. */
const PREFIX = 42;
const tag = new TextEncoder().encode("SS58PRE");

/** A 32-byte public key as an address: base58 of prefix, key and two bytes of checksum. */
export function encodeAddress(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw new RangeError(`a public key has 32 bytes, not ${publicKey.length}`);
  const body = Uint8Array.of(PREFIX, ...publicKey);
  return base58.encode(Uint8Array.of(...body, ...checksum(body)));
}

/** Public keys of addresses that were good: a checksum costs a fifth of a signature's check. */
const known = new Map<string, Uint8Array>();
const MOST_KNOWN = 4096;

/** The public key in an address, or null when it is malformed, has another prefix or a wrong checksum. */
export function decodeAddress(address: string): Uint8Array | null {
  if (address.length < 46 || address.length > 48) return null;
  const publicKey = known.get(address) ?? decoded(address);
  if (publicKey === null) return null;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(address, publicKey);
  return publicKey.slice();
}

function decoded(address: string): Uint8Array | null {
  let bytes: Uint8Array;
  try {
    bytes = base58.decode(address);
  } catch {
    return null;
  }
  if (bytes.length !== 35 || bytes[0] !== PREFIX) return null;
  const [first, second] = checksum(bytes.subarray(0, 33));
  return bytes[33] === first && bytes[34] === second ? bytes.slice(1, 33) : null;
}

function checksum(body: Uint8Array): Uint8Array {
  return blake2b(Uint8Array.of(...tag, ...body), { dkLen: 64 }).subarray(0, 2);
}
