import { expect, test } from "vitest";
import { buildBlock } from "./build.ts";
import { call, compile } from "./call.ts";
import { genesisState } from "./genesis.ts";
import { decodeHeader, encodeHeader, type Header, headerHash } from "./header.ts";
import { sampleRuntime } from "./sampleRuntime.ts";
import { compact, concat, u64, vec } from "./scale.ts";
import { CODE, readSpec } from "./spec.ts";
import { get, keysUnder, put } from "./trie.ts";
import { EXHAUSTS, readApplied, readValidity } from "./validity.ts";

const host = { verify: () => false };
const runtime = compile(sampleRuntime);
const state = genesisState(runtime, readSpec(sampleRuntime), host);
const zero = new Uint8Array(32);
const first: Header = { parentHash: zero, number: 0, stateRoot: zero, extrinsicsRoot: zero, digest: [] };
const parent = { hash: headerHash(first), header: first, state };
const extrinsic = (text: string) => vec(Buffer.from(text));

test("a block has what the runtime takes; what it refuses or traps at leaves nothing", () => {
  const offered = [extrinsic("good"), Uint8Array.of(9), Uint8Array.of(9, 9), extrinsic("better")];
  const { block, refused, left } = buildBlock(runtime, parent, { time: 5_500, slotMs: 1_000, offered }, host);
  expect(block.extrinsics).toEqual([offered[0], offered[3]]);
  expect([...refused]).toEqual([
    [1, "Transaction is outdated"],
    [2, "the runtime trapped in BlockBuilder_apply_extrinsic: unreachable"],
  ]);
  expect(left).toEqual([]);
  const kept = keysUnder(block.state, "").filter((key) => get(state, key) === undefined);
  const keys = [Buffer.from("header"), Buffer.from("inherents"), extrinsic("good"), extrinsic("better")].map(
    (bytes) => Buffer.from(bytes).toString("hex"),
  );
  expect(kept.sort()).toEqual(keys.sort());
  expect(block.header).toMatchObject({ parentHash: parent.hash, number: 1 });
  expect(block.hash).toEqual(headerHash(block.header));
  expect(block.header.digest.map((item) => Buffer.from(item).toString("hex"))).toEqual([
    `06${Buffer.from("aura").toString("hex")}200500000000000000`,
  ]);
  expect(get(state, CODE)).toBe(get(block.state, CODE));
});

test("without slots there is no digest, and the same block twice is the same", () => {
  const make = () => buildBlock(runtime, parent, { time: 1, slotMs: undefined, offered: [] }, host).block;
  expect(make().header.digest).toEqual([]);
  expect(make()).toEqual(make());
});

test("a header reads as it was written, with digests of every kind", () => {
  const digest = [
    concat([Uint8Array.of(6), Buffer.from("aura"), vec(u64(7n))]),
    concat([Uint8Array.of(4), Buffer.from("fron"), vec(Uint8Array.of(1, 2))]),
    concat([Uint8Array.of(5), Buffer.from("aura"), vec(new Uint8Array(64))]),
    concat([Uint8Array.of(0), vec(Uint8Array.of(1))]),
    Uint8Array.of(8),
  ];
  for (const number of [0, 63, 64, 16_383, 16_384, 2 ** 30, 2 ** 32 - 1]) {
    const header = { ...first, number, digest };
    expect(decodeHeader(encodeHeader(header))).toEqual(header);
  }
  expect(() => decodeHeader(encodeHeader({ ...first, digest: [Uint8Array.of(7)] }))).toThrow("digest item 7");
  expect(() => decodeHeader(encodeHeader(first).subarray(0, 90))).toThrow("SCALE ends after 90 bytes");
});

test("what a runtime thinks of an extrinsic is told in the words of nodes", () => {
  const tag = Uint8Array.of(0xab);
  const good = [Uint8Array.of(0), u64(5n), compact(0), compact(1), vec(tag), u64(64n), Uint8Array.of(1)];
  expect(readValidity(concat(good))).toEqual({
    priority: 5n,
    requires: [],
    provides: ["ab"],
    longevity: 64n,
  });
  const told = (...bytes: number[]) => readValidity(Uint8Array.from(bytes));
  expect(told(1, 0, 3)).toEqual({ kind: "invalid", invalid: "Transaction is outdated" });
  expect(told(1, 0, 7, 11)).toEqual({ kind: "invalid", invalid: "Custom error: 11" });
  expect(told(1, 1, 2, 4)).toEqual({ kind: "unknown", invalid: "Custom error: 4" });
  expect(told(1, 0, 99)).toEqual({ kind: "invalid", invalid: "Error 99" });
  expect(readApplied(Uint8Array.of(0, 1, 0))).toEqual({ included: true });
  expect(readApplied(Uint8Array.of(1, 0, 6))).toEqual({ included: false, invalid: EXHAUSTS });
});

test("a genesis that the runtime refuses is told", () => {
  const spec = readSpec(sampleRuntime);
  const without = { ...runtime, methods: new Set(["Core_version"]) };
  expect(() => genesisState(without, spec, host)).toThrow("give a raw chain spec");
  expect(
    genesisState(without, { ...spec, genesis: { state: put(undefined, "ab", zero) } }, host),
  ).toBeDefined();
  expect(call(runtime, { state, method: "Metadata_metadata", input: zero }, host).state).toBe(state);
});
