import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";

const { shortSignatures } = bls12_381;
/** The scheme's tag for hashing to G1, which is that of the plain BLS signature (bls-unchained-g1-rfc9380). */
const TAG = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** What a beacon of drand's scheme `bls-unchained-g1-rfc9380` is known by. */
export const Beacon = z.object({
  /** A point of G2, compressed. */
  publicKey: z.string().regex(/^[0-9a-f]{192}$/),
  /** Unix seconds of round 1. */
  genesisTime: z.number().int().nonnegative(),
  /** Seconds between two rounds. */
  period: z.number().int().min(1),
});
export type Beacon = z.infer<typeof Beacon>;

/** What a beacon says of a round: its signature of the round's number, a point of G1, as hex. */
export const Pulse = z.object({
  round: z.number().int().min(1),
  signature: z.string().regex(/^[0-9a-f]{96}$/),
});
export type Pulse = z.infer<typeof Pulse>;

/** drand's quicknet, which Bittensor's chain listens to. Source: its `/info`. */
export const quicknet: Beacon = {
  publicKey:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  genesisTime: 1_692_803_367,
  period: 3,
};

/** The point of G1 that stands for a round: what its pulse signs, and who can open what is sealed for it. */
export function roundPoint(round: number) {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(round));
  return shortSignatures.hash(sha256(number), TAG);
}

/** The newest round that is out at a time (unix milliseconds); 0 before the first one. */
export function roundAt(milliseconds: number, { genesisTime, period }: Beacon): number {
  return Math.max(0, Math.floor((milliseconds - genesisTime * 1000) / (period * 1000)) + 1);
}

/** Whether a pulse is this beacon's. */
export function verifyPulse({ round, signature }: Pulse, { publicKey }: Beacon): boolean {
  try {
    const signed = shortSignatures.Signature.fromHex(signature);
    const key = bls12_381.G2.Point.fromHex(publicKey);
    return shortSignatures.verify(signed, roundPoint(round), key);
  } catch {
    return false; // no point, or not one of the group
  }
}

/** A beacon's own key, made of 48 bytes or more of chance: its public key, and how it makes a pulse. */
export function beaconKey(seed: Uint8Array): { publicKey: string; pulse: (round: number) => Pulse } {
  const { secretKey, publicKey } = shortSignatures.keygen(seed);
  return {
    publicKey: publicKey.toHex(true),
    pulse: (round) => ({ round, signature: shortSignatures.sign(roundPoint(round), secretKey).toHex(true) }),
  };
}

/** A pulse's randomness, as drand has it: SHA-256 of the signature. */
export function randomnessOf({ signature }: Pulse): string {
  return bytesToHex(sha256(hexToBytes(signature)));
}
