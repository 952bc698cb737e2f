import { createPrivateKey, createPublicKey, sign as signBytes, verify as verifyBytes } from "node:crypto";
import { sr25519_pubkey, sr25519_secret_from_seed, sr25519_sign } from "@polkadot-labs/schnorrkel-wasm";
import { verifySr25519 } from "./sr25519.ts";
import { decodeAddress, encodeAddress } from "./ss58.ts";

export type Scheme = "sr25519" | "ed25519";

/** A key that can sign. The secret stays inside; nothing of it prints or serialises. */
export interface Keypair {
  readonly scheme: Scheme;
  readonly publicKey: Uint8Array;
  /** SS58, prefix 42. */
  readonly address: string;
  /** 64 bytes over the message itself, never over a `<Bytes>` wrapping. */
  sign(message: Uint8Array): Uint8Array;
}

const ed25519Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const ed25519PublicPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** The keypair of a 32-byte seed (for sr25519, of a mini secret expanded the ed25519 way, as wallets do). */
export function keypairFromSeed(seed: Uint8Array, scheme: Scheme = "sr25519"): Keypair {
  if (seed.length !== 32) throw new RangeError(`a seed has 32 bytes, not ${seed.length}`);
  if (scheme === "ed25519") {
    const secret = createPrivateKey({
      key: Buffer.concat([ed25519Prefix, seed]),
      format: "der",
      type: "pkcs8",
    });
    const publicKey = new Uint8Array(
      createPublicKey(secret).export({ format: "der", type: "spki" }).subarray(ed25519PublicPrefix.length),
    );
    return {
      scheme,
      publicKey,
      address: encodeAddress(publicKey),
      sign: (message) => new Uint8Array(signBytes(null, message, secret)),
    };
  }
  return sr25519Keypair(sr25519_secret_from_seed(seed));
}

/** The sr25519 keypair of a private key as schnorrkel writes it and wallets keep it: 32 bytes scalar, 32 nonce. */
export function keypairFromExpanded(expanded: Uint8Array): Keypair {
  if (expanded.length !== 64) throw new RangeError(`a private key has 64 bytes, not ${expanded.length}`);
  const secret = Uint8Array.from(expanded);
  let carry = 0; // the library wants the scalar as ed25519 has it: times the cofactor 8
  for (let at = 0; at < 32; at += 1) {
    const byte = expanded[at] ?? 0;
    secret[at] = ((byte << 3) | carry) & 0xff;
    carry = byte >> 5;
  }
  return sr25519Keypair(secret);
}

function sr25519Keypair(secret: Uint8Array): Keypair {
  const publicKey = sr25519_pubkey(secret);
  return {
    scheme: "sr25519",
    publicKey,
    address: encodeAddress(publicKey),
    sign: (message) => sr25519_sign(publicKey, secret, message),
  };
}

/** Whether `signature` is the address's over the message, under this one scheme. Malformed input is false. */
export function verifySignature(
  scheme: Scheme,
  message: Uint8Array,
  signature: Uint8Array,
  address: string,
): boolean {
  const publicKey = decodeAddress(address);
  if (publicKey === null || signature.length !== 64) return false;
  if (scheme === "sr25519") return verifySr25519(message, signature, publicKey);
  try {
    const key = createPublicKey({
      key: Buffer.concat([ed25519PublicPrefix, publicKey]),
      format: "der",
      type: "spki",
    });
    return verifyBytes(null, message, key, signature);
  } catch {
    return false;
  }
}
