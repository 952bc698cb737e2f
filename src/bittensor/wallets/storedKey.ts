import { Secret } from "../../platform/index.ts";
import { type Keypair, keypairFromExpanded, keypairFromSeed, type Scheme } from "../keys.ts";
import { encodeAddress } from "../ss58.ts";
import { seedOfPhrase } from "./phrase.ts";

/** What a key can be made from, one or several of them. */
export interface Origin {
  phrase?: string;
  /** 32 bytes. */
  seed?: Uint8Array;
  /** sr25519 alone: 64 bytes as schnorrkel writes them, scalar and nonce. */
  expanded?: Uint8Array;
}

/** A key as a wallet holds it; without a secret it is the public part alone. */
export interface StoredKey {
  scheme: Scheme;
  address: string;
  publicKey: Uint8Array;
  secret: Secret<Origin> | null;
}

/** The key of an origin, the phrase going before the seed before the rest. Null where there is none in it. */
export function keyOf(origin: Origin, scheme: Scheme = "sr25519"): StoredKey | null {
  const seed = origin.phrase === undefined ? origin.seed : seedOfPhrase(origin.phrase);
  if (seed === null) return null;
  const { expanded } = origin;
  const keypair = seed
    ? keypairFromSeed(seed, scheme)
    : expanded && scheme === "sr25519"
      ? keypairFromExpanded(expanded)
      : null;
  if (!keypair) return null;
  const { address, publicKey } = keypair;
  return { scheme, address, publicKey, secret: new Secret({ ...origin, ...(seed ? { seed } : {}) }) };
}

/** A public key alone. */
export function publicPart(publicKey: Uint8Array, scheme: Scheme = "sr25519"): StoredKey {
  return { scheme, address: encodeAddress(publicKey), publicKey, secret: null };
}

/** What signs with a stored key; null where only its public part is there. */
export function signerOf({ secret, scheme }: StoredKey): Keypair | null {
  const origin = secret?.reveal();
  if (origin?.seed) return keypairFromSeed(origin.seed, scheme);
  return origin?.expanded ? keypairFromExpanded(origin.expanded) : null;
}
