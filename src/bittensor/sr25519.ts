import { ristretto255 } from "@noble/curves/ed25519.js";
import { sr25519_verify } from "@polkadot-labs/schnorrkel-wasm";

/** Order of the group, 2^252 + 27742317777372353535851937790883648493, little-endian: a scalar must be below it. */
const ORDER = Buffer.from(`edd3f55c1a631258d69cf7a2def9de14${"0".repeat(30)}10`, "hex");
/** Public keys known to be good: decoding a point costs as much as half a verification. */
const known = new Set<string>();
const MOST_KNOWN = 4096;

/**
 * Verify an sr25519 signature in the context `substrate`. Malformed input of any kind is false.
 *
 * The WebAssembly panics on a malformed key or signature, and each panic loses some of its stack, so that a
 * stranger could wear it out: everything that it would refuse is refused here before.
 */
export function verifySr25519(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (!isSignature(signature) || !isPublicKey(publicKey)) return false;
  try {
    return sr25519_verify(publicKey, message, signature);
  } catch {
    return false;
  }
}

/** 64 bytes: a point, then a scalar below the group's order with its top bit set as schnorrkel's mark. */
function isSignature(signature: Uint8Array): boolean {
  const last = signature[63];
  if (signature.length !== 64 || last === undefined || (last & 0x80) === 0) return false;
  for (let at = 31; at >= 0; at -= 1) {
    const byte = at === 31 ? last & 0x7f : (signature[32 + at] ?? 0);
    const bound = ORDER[at] ?? 0;
    if (byte !== bound) return byte < bound;
  }
  return false;
}

/** A canonical point that is not the identity: under that one anybody could sign anything. */
function isPublicKey(publicKey: Uint8Array): boolean {
  const name = Buffer.from(publicKey).toString("base64");
  if (known.has(name)) return true;
  try {
    if (ristretto255.Point.fromBytes(publicKey).is0()) return false;
  } catch {
    return false;
  }
  if (known.size >= MOST_KNOWN) known.clear();
  known.add(name);
  return true;
}
