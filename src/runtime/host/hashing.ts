import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256, keccak_512 } from "@noble/hashes/sha3.js";
import { orderedRoot, type StateVersion, stateRoot } from "../merkle.ts";
import { readScale } from "../scale.ts";
import { put, type State } from "../trie.ts";
import { twox } from "../twox.ts";
import type { HostFunctions, Surroundings } from "./host.ts";

/** Hashes, and roots of tries that are no state (Polkadot specification, "Host API: Hashing" and "Trie"). */
export function hashing({ guest }: Surroundings): HostFunctions {
  const over = (hash: (data: Uint8Array) => Uint8Array) => (data: bigint) =>
    guest.giveFixed(hash(guest.bytes(data)));
  function ordered(values: bigint, version: StateVersion): number {
    const reader = readScale(guest.bytes(values));
    return guest.giveFixed(orderedRoot(reader.list(reader.vec), version));
  }
  function keyed(pairs: bigint, version: StateVersion): number {
    const reader = readScale(guest.bytes(pairs));
    let trie: State;
    reader.list(() => {
      trie = put(trie, Buffer.from(reader.vec()).toString("hex"), reader.vec());
    });
    return guest.giveFixed(stateRoot(trie, version));
  }
  return {
    ext_hashing_blake2_128_version_1: over((data) => blake2b(data, { dkLen: 16 })),
    ext_hashing_blake2_256_version_1: over((data) => blake2b(data, { dkLen: 32 })),
    ext_hashing_keccak_256_version_1: over(keccak_256),
    ext_hashing_keccak_512_version_1: over(keccak_512),
    ext_hashing_sha2_256_version_1: over(sha256),
    ext_hashing_twox_64_version_1: over((data) => twox(data, 64)),
    ext_hashing_twox_128_version_1: over((data) => twox(data, 128)),
    ext_hashing_twox_256_version_1: over((data) => twox(data, 256)),
    ext_trie_blake2_256_ordered_root_version_1: (values: bigint) => ordered(values, 0),
    ext_trie_blake2_256_ordered_root_version_2: (values: bigint, version: number) =>
      ordered(values, version === 0 ? 0 : 1),
    ext_trie_blake2_256_root_version_1: (pairs: bigint) => keyed(pairs, 0),
    ext_trie_blake2_256_root_version_2: (pairs: bigint, version: number) =>
      keyed(pairs, version === 0 ? 0 : 1),
  };
}
