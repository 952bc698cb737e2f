import {
  add,
  assemble,
  drop,
  end,
  i32,
  invoke,
  load,
  load8,
  local,
  type Method,
  otherwise,
  setLocal,
  span,
  store,
  store8,
  subtract,
  unreachable,
  upper,
  whenEqual,
  wrap,
} from "./sampleModule.ts";
import { compact, concat, option, u32, u64, vec } from "./scale.ts";

const one = (parameters: ("i32" | "i64")[], result?: "i32" | "i64") => ({
  parameters,
  results: result ? [result] : [],
});
const HOST = {
  ext_allocator_malloc_version_1: one(["i32"], "i32"),
  ext_allocator_free_version_1: one(["i32"]),
  ext_storage_set_version_1: one(["i64", "i64"]),
  ext_storage_get_version_1: one(["i64"], "i64"),
  ext_storage_read_version_1: one(["i64", "i64", "i32"], "i64"),
  ext_storage_clear_version_1: one(["i64"]),
  ext_storage_exists_version_1: one(["i64"], "i32"),
  ext_storage_append_version_1: one(["i64", "i64"]),
  ext_storage_clear_prefix_version_2: one(["i64", "i64"], "i64"),
  ext_storage_next_key_version_1: one(["i64"], "i64"),
  ext_storage_root_version_2: one(["i32"], "i64"),
  ext_storage_start_transaction_version_1: one([]),
  ext_storage_commit_transaction_version_1: one([]),
  ext_storage_rollback_transaction_version_1: one([]),
  ext_hashing_blake2_256_version_1: one(["i64"], "i32"),
  ext_hashing_twox_128_version_1: one(["i64"], "i32"),
  ext_crypto_sr25519_verify_version_2: one(["i32", "i64", "i32"], "i32"),
  ext_trie_blake2_256_ordered_root_version_2: one(["i64", "i32"], "i32"),
  ext_misc_runtime_version_version_1: one(["i64"], "i64"),
  ext_logging_log_version_1: one(["i32", "i64", "i64"]),
  ext_nobody_knows_version_1: one([]),
} as const;
const NAMES: readonly string[] = Object.keys(HOST);
const host = (name: string) => {
  const index = NAMES.indexOf(`ext_${name}`);
  if (index < 0) throw new RangeError(`the sample does not import ${name}`);
  return invoke(index);
};

const [P, N] = [local(0), local(1)];
const INPUT = span(P, N);
/** Below the heap: room for what methods read, and what they return as it stands. */
const ROOM = 16;
const data: { at: number; bytes: Uint8Array }[] = [];
let free = 1_024;
function constant(bytes: Uint8Array): number[] {
  const at = free;
  data.push({ at, bytes });
  free += bytes.length;
  return span(i32(at), i32(bytes.length));
}
const text = (value: string) => constant(Buffer.from(value));
const set = [...INPUT, ...INPUT, ...host("storage_set_version_1")];
const get = [...INPUT, ...host("storage_get_version_1")];
/** One byte that says what is on the stack. */
const told = (value: number[]) => [...i32(ROOM), ...value, ...store(0), ...span(i32(ROOM), i32(1))];
/** A priority of eight bytes, nothing required, one tag of one byte, a longevity of eight. */
const validity = free;
const VALIDITY = constant(
  concat([
    Uint8Array.of(0),
    u64(0n),
    compact(0),
    compact(1),
    vec(Uint8Array.of(0)),
    u64(0n),
    Uint8Array.of(1),
  ]),
);
const CODE_KEY = text(":code");
const TOLD = text("inherents");
const HEADER = text("header");
const CONFIG = text("config");

/** The version that the sample tells of itself. */
export const sampleVersion = concat([
  ...[vec(Buffer.from("sample")), vec(Buffer.from("by-hand")), u32(1), u32(7), u32(2)],
  ...[compact(1), Buffer.from("df6acb689907609b", "hex"), u32(5), u32(3), Uint8Array.of(1)],
]);

/** What each method does with its input, which is a key and a value in one. */
const METHODS: Readonly<Record<string, Method>> = {
  echo: { body: INPUT },
  set_get: { body: [...set, ...get] },
  rolled_back: {
    body: [
      ...[...host("storage_start_transaction_version_1"), ...set],
      ...[...host("storage_rollback_transaction_version_1"), ...get],
    ],
  },
  committed: {
    body: [
      ...[...host("storage_start_transaction_version_1"), ...set],
      ...[...host("storage_start_transaction_version_1"), ...INPUT, ...host("storage_clear_version_1")],
      ...host("storage_rollback_transaction_version_1"),
      ...[...host("storage_commit_transaction_version_1"), ...get],
    ],
  },
  overcommitted: { body: [...host("storage_commit_transaction_version_1"), ...get] },
  cleared: { body: [...set, ...INPUT, ...host("storage_clear_version_1"), ...get] },
  exists: { body: told([...INPUT, ...host("storage_exists_version_1")]) },
  append: { body: [...INPUT, ...INPUT, ...host("storage_append_version_1"), ...get] },
  next_key: { body: [...INPUT, ...host("storage_next_key_version_1")] },
  clear_two: {
    body: [...INPUT, ...constant(option(u32(2))), ...host("storage_clear_prefix_version_2")],
  },
  clear_all: { body: [...INPUT, ...constant(option(undefined)), ...host("storage_clear_prefix_version_2")] },
  /** Four bytes of the value from its second on; what does not fit is left. */
  read: {
    body: [
      ...[...INPUT, ...span(i32(ROOM), i32(4)), ...i32(1), ...host("storage_read_version_1"), ...drop],
      ...span(i32(ROOM), i32(4)),
    ],
  },
  read_length: {
    body: [...INPUT, ...span(i32(ROOM), i32(4)), ...i32(1), ...host("storage_read_version_1")],
  },
  root: { body: [...i32(1), ...host("storage_root_version_2")] },
  blake2: { body: span([...INPUT, ...host("hashing_blake2_256_version_1")], i32(32)) },
  twox: { body: span([...INPUT, ...host("hashing_twox_128_version_1")], i32(16)) },
  ordered: { body: span([...INPUT, ...i32(1), ...host("trie_blake2_256_ordered_root_version_2")], i32(32)) },
  /** Signature, public key, message. */
  verify: {
    body: told([
      ...[...P, ...span([...P, ...i32(96), ...add], [...N, ...i32(96), ...subtract])],
      ...[...P, ...i32(64), ...add, ...host("crypto_sr25519_verify_version_2")],
    ]),
  },
  version_of: { body: [...INPUT, ...host("misc_runtime_version_version_1")] },
  /** The last four of 10 MiB, which the memory has to grow for. */
  grow: {
    locals: ["i32"],
    body: [
      ...[...i32(10 * 1024 * 1024), ...host("allocator_malloc_version_1"), ...setLocal(2)],
      ...[...local(2), ...i32(0x04030201), ...store(10 * 1024 * 1024 - 4)],
      ...span([...local(2), ...i32(10 * 1024 * 1024 - 4), ...add], i32(4)),
    ],
  },
  too_large: { body: [...i32(33 * 1024 * 1024), ...host("allocator_malloc_version_1"), ...drop, ...INPUT] },
  /** Where two blocks lie of which the first was freed before the second was asked for. */
  reuse: {
    locals: ["i32"],
    body: [
      ...[...i32(24), ...host("allocator_malloc_version_1"), ...setLocal(2)],
      ...[...local(2), ...host("allocator_free_version_1")],
      ...[...i32(ROOM), ...local(2), ...store(0)],
      ...[...i32(ROOM), ...i32(32), ...host("allocator_malloc_version_1"), ...store(4)],
      ...span(i32(ROOM), i32(8)),
    ],
  },
  free_twice: {
    body: [...P, ...host("allocator_free_version_1"), ...P, ...host("allocator_free_version_1"), ...INPUT],
  },
  outside: { body: span(i32(-16), i32(64)) },
  panic: {
    body: [...i32(1), ...text("runtime"), ...INPUT, ...host("logging_log_version_1"), ...unreachable],
  },
  log_and_trap: {
    body: [...i32(1), ...text("pallet"), ...INPUT, ...host("logging_log_version_1"), ...unreachable],
  },
  trap: { body: unreachable },
  unknown: { body: [...host("nobody_knows_version_1"), ...INPUT] },
  no_result: { results: [], body: [] },

  Core_version: { body: constant(sampleVersion) },
  Core_initialize_block: { body: [...HEADER, ...INPUT, ...host("storage_set_version_1"), ...text("")] },
  /** None; what it was told is kept. */
  BlockBuilder_inherent_extrinsics: {
    body: [...TOLD, ...INPUT, ...host("storage_set_version_1"), ...constant(compact(0))],
  },
  AuraApi_slot_duration: { body: constant(u64(1_000n)) },
  /**
   * It is kept under itself. One of one byte is refused, at one of two the runtime traps, one of three sets the
   * runtime's code anew, to what it was, and one of four finds no room.
   */
  BlockBuilder_apply_extrinsic: {
    locals: ["i64"],
    body: [
      ...[...N, ...i32(1), ...whenEqual, ...constant(Uint8Array.of(1, 0, 3)), ...otherwise],
      ...[...N, ...i32(2), ...whenEqual, ...unreachable, ...otherwise],
      ...[...N, ...i32(3), ...whenEqual],
      ...[...CODE_KEY, ...host("storage_get_version_1"), ...setLocal(2), ...CODE_KEY],
      // behind the byte that says that it is there, and the two of its length
      ...span([...local(2), ...wrap, ...i32(3), ...add], [...upper(local(2)), ...i32(3), ...subtract]),
      ...[...host("storage_set_version_1"), ...constant(Uint8Array.of(0, 0)), ...otherwise],
      ...[...N, ...i32(4), ...whenEqual, ...constant(Uint8Array.of(1, 0, 6)), ...otherwise],
      ...[...set, ...constant(Uint8Array.of(0, 0)), ...end, ...end, ...end, ...end],
    ],
  },
  /** The header as it was given. */
  BlockBuilder_finalize_block: {
    body: [
      ...span(i32(2_048), [
        ...[...HEADER, ...span(i32(2_048), i32(1_024)), ...i32(0), ...host("storage_read_version_1")],
        ...[...wrap, ...load(1)],
      ]),
    ],
  },
  /** Good, whatever it is. Its first three bytes are its priority, its one tag and its longevity. */
  TaggedTransactionQueue_validate_transaction: {
    body: [
      ...[...i32(validity), ...P, ...load8(2), ...store8(1)],
      ...[...i32(validity), ...P, ...load8(3), ...store8(12)],
      ...[...i32(validity), ...P, ...load8(4), ...store8(13), ...VALIDITY],
    ],
  },
  Metadata_metadata: { body: constant(vec(Buffer.from("meta"))) },
  GenesisBuilder_get_preset: {
    body: constant(option(vec(Buffer.from('{"a":{"x":1,"y":18446744073709551615},"b":[1]}')))),
  },
  /** The configuration is kept as it came, its length before it. */
  GenesisBuilder_build_state: {
    body: [...CONFIG, ...INPUT, ...host("storage_set_version_1"), ...constant(Uint8Array.of(0))],
  },
};

/** A runtime by hand, for tests: it has what makes blocks, and a method for each thing that a host must do. */
export const sampleRuntime: Uint8Array = assemble({ imports: HOST, methods: METHODS, data });
