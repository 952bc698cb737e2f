import { gcm } from "@noble/ciphers/aes.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, randomBytes } from "@noble/hashes/utils.js";
import { type Beacon, roundPoint } from "./drand.ts";

const { G1, G2, fields } = bls12_381;
const SUITE = Buffer.from("AES_GCM_", "ascii");
const POINT_BYTES = 96;

/** Bytes that sealing adds to a text. */
export const SEAL_BYTES = 244;

/** Bytes of chance: the key, what blinds it (32 each), and AES-GCM's nonce (12). Given in tests alone. */
interface Chance {
  key: Uint8Array;
  sigma: Uint8Array;
  nonce: Uint8Array;
}

/**
 * Seal a text so that the beacon's pulse of `round` opens it, and nothing before. Byte for byte the ciphertext that
 * Bittensor's chain opens: identity-based encryption (Boneh-Franklin, the round as identity) of a key for AES-256-GCM.
 * Source of the format: `TLECiphertext` of ideal-lab5/timelock, as arkworks writes it: the point U of G2 compressed,
 * then vectors with a length of 8 bytes (little-endian): V, W, a body of two more (ciphertext with its tag, nonce), and
 * the suite's name.
 */
export function seal(
  text: Uint8Array,
  round: number,
  { publicKey }: Pick<Beacon, "publicKey">,
  { key, sigma, nonce }: Chance = { key: randomBytes(32), sigma: randomBytes(32), nonce: randomBytes(12) },
): Uint8Array {
  const scalar = scalarOf(sigma, key);
  const shared = bls12_381.pairing(roundPoint(round), G2.Point.fromHex(publicKey).multiply(scalar));
  const body = Buffer.concat([vector(gcm(key, nonce).encrypt(text)), vector(nonce)]);
  return Buffer.concat([
    G2.Point.BASE.multiply(scalar).toBytes(true),
    vector(xor(sigma, sha256(bytesOf(shared)))),
    vector(xor(key, sha256(sigma))),
    vector(body),
    vector(SUITE),
  ]);
}

/**
 * Open what was sealed for the round of this signature. Null when it is no ciphertext, was sealed for another round or
 * beacon, or was changed; takes the time of two pairings at most, whatever it is given.
 */
export function unseal(blob: Uint8Array, signature: string): Uint8Array | null {
  try {
    const reader = vectors(blob.subarray(POINT_BYTES));
    const [v, w, body, suite] = [reader(), reader(), reader(), reader()];
    const inner = vectors(body);
    const [sealed, nonce] = [inner(), inner()];
    if (v.length !== 32 || w.length !== 32 || nonce.length !== 12 || !SUITE.equals(suite)) return null;
    const point = G2.Point.fromBytes(blob.subarray(0, POINT_BYTES)); // checks the curve and the subgroup
    const shared = bls12_381.pairing(G1.Point.fromHex(signature), point);
    const sigma = xor(v, sha256(bytesOf(shared)));
    const key = xor(w, sha256(sigma));
    // who made U knew sigma: else a ciphertext could be changed into another one that opens
    if (!G2.Point.BASE.multiply(scalarOf(sigma, key)).equals(point)) return null;
    return gcm(key, nonce).decrypt(sealed);
  } catch {
    return null;
  }
}

/** The secret exponent that belongs to a key: a hash of both, so that whoever opens can make U again. */
function scalarOf(sigma: Uint8Array, key: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(sha256(Buffer.concat([sigma, key])))}`) % fields.Fr.ORDER;
}

/** An element of the target group as arkworks writes it: twelve numbers of 48 bytes, each little-endian. */
function bytesOf({ c0, c1 }: ReturnType<typeof bls12_381.pairing>): Uint8Array {
  const numbers = [c0, c1]
    .flatMap((half) => [half.c0, half.c1, half.c2])
    .flatMap((pair) => [pair.c0, pair.c1]);
  return Buffer.concat(
    numbers.map((number) => Buffer.from(number.toString(16).padStart(96, "0"), "hex").reverse()),
  );
}

function vector(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

/** Read vectors one after the other; a length that goes beyond the end is a RangeError. */
function vectors(bytes: Uint8Array): () => Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  return () => {
    const length = buffer.readBigUInt64LE(at);
    if (length > BigInt(buffer.length - at - 8)) throw new RangeError("a vector ends behind the end");
    const from = at + 8;
    at = from + Number(length);
    return buffer.subarray(from, at);
  };
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}
