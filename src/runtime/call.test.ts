import { readFileSync } from "node:fs";
import { zstdCompressSync } from "node:zlib";
import { blake2b } from "@noble/hashes/blake2.js";
import { expect, test } from "vitest";
import { TaoceptionError } from "../platform/index.ts";
import { call, compile } from "./call.ts";
import type { Said } from "./host/host.ts";
import { orderedRoot, stateRoot } from "./merkle.ts";
import { assemble } from "./sampleModule.ts";
import { sampleRuntime, sampleVersion } from "./sampleRuntime.ts";
import { compact, concat, option, u32, vec } from "./scale.ts";
import { keysUnder, put, type State } from "./trie.ts";
import { twox } from "./twox.ts";
import { versionOf } from "./version.ts";

const runtime = compile(sampleRuntime);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const holding = (...keys: string[]) =>
  keys.reduce<State>((state, key) => put(state, hex(bytes(key)), bytes(`<${key}>`)), undefined);

function ask(method: string, input: string | Uint8Array = "", state: State = undefined) {
  const said: Said[] = [];
  const verified: unknown[] = [];
  const host = {
    verify: (...given: unknown[]) => verified.push(given) > 0,
    say: (one: Said) => void said.push(one),
  };
  const given = typeof input === "string" ? bytes(input) : input;
  return { ...call(runtime, { state, method, input: given }, host), said, verified };
}
const output = (...given: Parameters<typeof ask>) => hex(ask(...given).output);
function failure(...given: Parameters<typeof ask>): { code: string; message: string } {
  try {
    ask(...given);
  } catch (error) {
    if (error instanceof TaoceptionError) return error;
    throw error;
  }
  throw new Error(`${given[0]} did not fail`);
}

test("input and output go through the runtime's memory, of any length", () => {
  expect(output("echo")).toBe("");
  expect(output("echo", "hello")).toBe(hex(bytes("hello")));
  const large = new Uint8Array(3_000_000).fill(7);
  expect(Buffer.compare(ask("echo", large).output, large)).toBe(0);
});

test("storage is set, got, cleared and told of", () => {
  const { output: got, state } = ask("set_get", "key");
  expect(got).toEqual(option(vec(bytes("key"))));
  expect(keysUnder(state, "")).toEqual([hex(bytes("key"))]);
  expect(output("exists", "key", state)).toBe("01");
  expect(output("exists", "kex", state)).toBe("00");
  const cleared = ask("cleared", "key", state);
  expect([hex(cleared.output), cleared.state]).toEqual(["00", undefined]);
  expect(output("exists", "key", state)).toBe("01"); // the state that was given is as it was
});

test("transactions nest", () => {
  expect(output("rolled_back", "key")).toBe("00");
  expect(ask("committed", "key").output).toEqual(option(vec(bytes("key"))));
  expect(failure("overcommitted", "key").code).toBe("bad-transaction");
});

test("a list is appended to without being read; what is no list is begun anew", () => {
  const item = bytes("ab");
  const first = ask("append", item);
  expect(first.output).toEqual(option(vec(concat([compact(1), item]))));
  const second = ask("append", item, first.state);
  expect(second.output).toEqual(option(vec(concat([compact(2), item, item]))));
  const long = put(undefined, hex(item), concat([compact(63), new Uint8Array(63)]));
  expect(ask("append", item, long).output).toEqual(
    option(vec(concat([compact(64), new Uint8Array(63), item]))),
  );
  const none = put(undefined, hex(item), new Uint8Array());
  expect(ask("append", item, none).output).toEqual(option(vec(concat([compact(1), item]))));
});

test("keys are walked in order and cleared by prefix, to a limit", () => {
  const state = holding("a", "ab", "abc", "b");
  expect(ask("next_key", "", state).output).toEqual(option(vec(bytes("a"))));
  expect(ask("next_key", "aa", state).output).toEqual(option(vec(bytes("ab"))));
  expect(ask("next_key", "abc", state).output).toEqual(option(vec(bytes("b"))));
  expect(output("next_key", "b", state)).toBe("00");
  const two = ask("clear_two", "a", state);
  expect(two.output).toEqual(concat([Uint8Array.of(1), u32(2)]));
  expect(keysUnder(two.state, "")).toEqual(["abc", "b"].map((key) => hex(bytes(key))));
  const all = ask("clear_all", "a", state);
  expect(all.output).toEqual(concat([Uint8Array.of(0), u32(3)]));
  expect(keysUnder(all.state, "")).toEqual([hex(bytes("b"))]);
});

test("a value is read into the runtime's own buffer", () => {
  const state = put(undefined, hex(bytes("k")), bytes("0123456789"));
  expect(ask("read", "k", state).output).toEqual(bytes("1234"));
  expect(ask("read_length", "k", state).output).toEqual(option(u32(9)));
  expect(output("read_length", "x", state)).toBe("00");
  const empty = put(undefined, hex(bytes("k")), new Uint8Array());
  expect(ask("read_length", "k", empty).output).toEqual(option(u32(0)));
});

test("hashes and roots are those of the names", () => {
  expect(ask("blake2", "x").output).toEqual(blake2b(bytes("x"), { dkLen: 32 }));
  expect(ask("twox", "System").output).toEqual(twox(bytes("System"), 128));
  const state = holding("a", "b");
  expect(ask("root", "", state).output).toEqual(stateRoot(state, 1));
  const values = [bytes("one"), bytes("two")];
  expect(ask("ordered", concat([compact(2), ...values.map(vec)])).output).toEqual(orderedRoot(values, 1));
});

test("a signature is verified by whoever was given for it", () => {
  const [signature, key] = [new Uint8Array(64).fill(1), new Uint8Array(32).fill(2)];
  const { output: is, verified } = ask("verify", concat([signature, key, bytes("message")]));
  expect(hex(is)).toBe("01");
  expect(verified).toEqual([["sr25519", bytes("message"), signature, key]]);
});

test("another runtime's version is told, and none of what is no runtime", () => {
  expect(ask("version_of", sampleRuntime).output).toEqual(option(vec(sampleVersion)));
  expect(output("version_of", "no runtime")).toBe("00");
  expect(versionOf(runtime, { verify: () => false })).toEqual({
    ...{ specName: "sample", implName: "by-hand", authoringVersion: 1, specVersion: 7, implVersion: 2 },
    ...{ apis: [["0xdf6acb689907609b", 5]], transactionVersion: 3, stateVersion: 1 },
  });
});

test("memory grows, freed blocks are used again, and what breaks the heap is told", () => {
  expect(output("grow")).toBe("01020304");
  const { output: pointers } = ask("reuse");
  expect(pointers.subarray(0, 4)).toEqual(pointers.subarray(4));
  expect(Buffer.from(pointers).readUInt32LE() % 8).toBe(0);
  expect(failure("too_large").code).toBe("out-of-memory");
  expect(failure("free_twice", "x").code).toBe("bad-free");
  expect(failure("outside").code).toBe("bad-pointer");
});

test("memory grows no further than the module itself allows", () => {
  const method = { body: [0x00] };
  const small = compile(assemble({ imports: {}, methods: { method }, pages: 1, most: 2 }));
  expect(small.memory).toEqual({ module: "env", name: "memory", least: 1, most: 2 });
  const input = new Uint8Array(200_000);
  expect(() => call(small, { state: undefined, method: "method", input }, { verify: () => false })).toThrow(
    "the runtime's memory is full: it holds 2 pages at most",
  );
  const greedy = compile(assemble({ imports: {}, methods: { method }, pages: 5_000 }));
  expect(() =>
    call(greedy, { state: undefined, method: "method", input: bytes("") }, { verify: () => false }),
  ).toThrow("it wants 5000 pages");
});

test("a trap is told with the runtime's last words, a missing import with its name", () => {
  expect(failure("panic", "all is lost")).toMatchObject({
    code: "runtime-trap",
    message: "the runtime trapped in panic: all is lost",
  });
  expect(failure("log_and_trap", "something else").message).toBe(
    "the runtime trapped in log_and_trap: unreachable",
  );
  expect(failure("trap")).toMatchObject({
    code: "runtime-trap",
    message: "the runtime trapped in trap: unreachable",
  });
  expect(failure("unknown")).toMatchObject({
    code: "missing-import",
    message: "the runtime calls ext_nobody_knows_version_1, which this host does not have",
  });
  expect(failure("no_such_method").code).toBe("no-method");
  expect(failure("no_result").code).toBe("bad-runtime");
});

test("what is no runtime is refused in one line", () => {
  const refusal = (code: Uint8Array) => {
    try {
      compile(code);
    } catch (error) {
      if (error instanceof TaoceptionError && error.code === "bad-runtime") return error.message;
      throw error;
    }
    return undefined;
  };
  const magic = Buffer.from("52bc537646db8e05", "hex");
  const packed = zstdCompressSync(sampleRuntime);
  const zstd = /zstd cannot be read, or it is larger than 50 MiB/;
  const neither = /neither WebAssembly nor compressed/;
  expect(compile(Buffer.concat([magic, packed])).methods).toEqual(runtime.methods);
  expect(refusal(Buffer.concat([magic, packed.subarray(0, packed.length - 20)]))).toMatch(zstd);
  expect(refusal(Buffer.concat([magic, zstdCompressSync(Buffer.alloc(51 * 1024 * 1024))]))).toMatch(zstd);
  expect(refusal(Buffer.concat([magic, zstdCompressSync(bytes("no wasm"))]))).toMatch(neither);
  expect(refusal(sampleRuntime.subarray(0, 100))).toMatch(/no WebAssembly that this Node runs/);
  expect(refusal(readFileSync(import.meta.filename))).toMatch(neither);
  expect(refusal(new Uint8Array())).toMatch(neither);
});
