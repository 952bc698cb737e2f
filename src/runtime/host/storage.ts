import { lengthOf } from "../guest.ts";
import { type StateVersion, stateRoot } from "../merkle.ts";
import { compact, concat, option, readScale, u32, vec } from "../scale.ts";
import type { HostFunctions, Surroundings } from "./host.ts";

/** Storage of the main trie (Polkadot specification, "Host API: Storage"). There are no child tries. */
export function storage({ guest, overlay }: Surroundings): HostFunctions {
  function clear(prefix: bigint, most: number): bigint {
    const { removed, more } = overlay.clear(guest.hex(prefix), most);
    return guest.give(concat([Uint8Array.of(more ? 1 : 0), u32(removed)]));
  }
  const root = (version: StateVersion) => guest.give(stateRoot(overlay.state(), version));
  return {
    ext_storage_set_version_1: (key: bigint, value: bigint) =>
      overlay.put(guest.hex(key), guest.bytes(value)),
    ext_storage_get_version_1(key: bigint) {
      const value = overlay.get(guest.hex(key));
      return guest.give(option(value && vec(value)));
    },
    /** Into the runtime's buffer; how much there is from the offset on. */
    ext_storage_read_version_1(key: bigint, out: bigint, offset: number) {
      const value = overlay.get(guest.hex(key));
      if (value === undefined) return guest.give(option(undefined));
      const rest = value.subarray(Math.min(offset >>> 0, value.length));
      guest.fill(out, rest.subarray(0, lengthOf(out)));
      return guest.give(option(u32(rest.length)));
    },
    ext_storage_clear_version_1: (key: bigint) => overlay.remove(guest.hex(key)),
    ext_storage_exists_version_1: (key: bigint) => (overlay.get(guest.hex(key)) === undefined ? 0 : 1),
    ext_storage_clear_prefix_version_1(prefix: bigint) {
      overlay.clear(guest.hex(prefix), Number.MAX_SAFE_INTEGER);
    },
    /** A node counts against the limit only keys that were there before the block; here all count. */
    ext_storage_clear_prefix_version_2(prefix: bigint, limit: bigint) {
      const reader = readScale(guest.bytes(limit));
      return clear(prefix, reader.byte() === 0 ? Number.MAX_SAFE_INTEGER : reader.u32());
    },
    ext_storage_append_version_1(key: bigint, item: bigint) {
      const name = guest.hex(key);
      overlay.put(name, withItem(overlay.get(name), guest.bytes(item)));
    },
    ext_storage_root_version_1: () => root(0),
    ext_storage_root_version_2: (version: number) => root(version === 0 ? 0 : 1),
    ext_storage_next_key_version_1(key: bigint) {
      const next = overlay.nextKey(guest.hex(key));
      return guest.give(option(next === undefined ? undefined : vec(Buffer.from(next, "hex"))));
    },
    ext_storage_start_transaction_version_1: () => overlay.begin(),
    ext_storage_commit_transaction_version_1: () => overlay.commit(),
    ext_storage_rollback_transaction_version_1: () => overlay.rollback(),
    /** Nothing records a proof: as much as a node says then. */
    ext_storage_proof_size_storage_proof_size_version_1: () => -1n,
    ext_offchain_index_set_version_1: () => {},
    ext_offchain_index_clear_version_1: () => {},
  };
}

/** A SCALE list with one item more. What is no list is begun anew, as a node does. */
function withItem(list: Uint8Array | undefined, item: Uint8Array): Uint8Array {
  if (list === undefined) return concat([compact(1), item]);
  const reader = readScale(list);
  try {
    const count = reader.compact();
    return concat([compact(count + 1), list.subarray(list.length - reader.left()), item]);
  } catch {
    return concat([compact(1), item]);
  }
}
