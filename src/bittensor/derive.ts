import { blake2b } from "@noble/hashes/blake2.js";
import { sr25519_derive_seed_hard } from "@polkadot-labs/schnorrkel-wasm";
import { type Keypair, keypairFromSeed, type Scheme } from "./keys.ts";

/** The seed of the development phrase that every Substrate chain knows; whatever it controls is public. */
const DEVELOPMENT_SEED = Buffer.from(
  "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e",
  "hex",
);

/** A seed's hard child, as `//name` in a Substrate key path. */
export function deriveSeed(seed: Uint8Array, name: string, scheme: Scheme = "sr25519"): Uint8Array {
  const code = chainCode(name);
  if (scheme === "sr25519") return sr25519_derive_seed_hard(seed, code);
  const label = scaleString("Ed25519HDKD");
  return blake2b(Uint8Array.of(...label, ...seed, ...code), { dkLen: 32 });
}

/** `//Alice`, `//Bob` and so on: for tests and vectors only. */
export function developmentKeypair(name: string, scheme: Scheme = "sr25519"): Keypair {
  return keypairFromSeed(deriveSeed(DEVELOPMENT_SEED, name, scheme), scheme);
}

/** 32 bytes: the SCALE-encoded string, or u64 where it is a number, padded by zeros; its hash when it is longer. */
function chainCode(name: string): Uint8Array {
  const encoded = /^\d+$/.test(name) ? scaleNumber(BigInt(name)) : scaleString(name);
  if (encoded.length > 32) return blake2b(encoded, { dkLen: 32 });
  const code = new Uint8Array(32);
  code.set(encoded);
  return code;
}

/** A short string in SCALE: its length in one byte, times four, then its UTF-8 bytes. */
function scaleString(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 63) throw new RangeError("a key path part has at most 63 bytes");
  return Uint8Array.of(bytes.length << 2, ...bytes);
}

function scaleNumber(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
