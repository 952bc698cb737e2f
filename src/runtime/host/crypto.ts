import type { HostFunctions, Surroundings, Verify } from "./host.ts";

/** Signatures (Polkadot specification, "Host API: Crypto"). A host that keeps no keys signs nothing. */
export function crypto({ guest, verify }: Surroundings): HostFunctions {
  const by = (scheme: Parameters<Verify>[0]) => (signature: number, message: bigint, publicKey: number) =>
    verify(scheme, guest.bytes(message), guest.fixed(signature, 64), guest.fixed(publicKey, 32)) ? 1 : 0;
  return {
    ext_crypto_ed25519_verify_version_1: by("ed25519"),
    ext_crypto_sr25519_verify_version_1: by("sr25519"),
    ext_crypto_sr25519_verify_version_2: by("sr25519"),
  };
}
