import { canonicalJson, type Hash, hashValue } from "../../protocol/index.ts";
import { type Keypair, verifySignature } from "../keys.ts";
import type { Call, Extrinsic } from "./schema.ts";

/** What an extrinsic's signature covers: a mark of its purpose, then the canonical JSON of everything else. */
export function extrinsicText({ genesis, signer, nonce, call }: Omit<Extrinsic, "signature">): string {
  return `embedded-chain/1\n${canonicalJson({ genesis, signer, nonce, call })}`;
}

export function signExtrinsic(
  { genesis, nonce, call }: { genesis: Hash; nonce: number; call: Call },
  keypair: Keypair,
): Extrinsic {
  const unsigned = { genesis, signer: keypair.address, nonce, call };
  const signature = keypair.sign(Buffer.from(extrinsicText(unsigned), "utf8"));
  return { ...unsigned, signature: `0x${Buffer.from(signature).toString("hex")}` };
}

/** Whether the extrinsic's signer signed it (sr25519). */
export function verifyExtrinsic(extrinsic: Extrinsic): boolean {
  return verifySignature(
    "sr25519",
    Buffer.from(extrinsicText(extrinsic), "utf8"),
    Buffer.from(extrinsic.signature.slice(2), "hex"),
    extrinsic.signer,
  );
}

/**
 * An extrinsic's name. Its signature is part of it, as on the chain: the very same bytes sent again are the same
 * extrinsic, but two processes of one signer that sign the same call are two, of which one finds its nonce taken.
 */
export function extrinsicHash(extrinsic: Extrinsic): Hash {
  return hashValue(extrinsic);
}
