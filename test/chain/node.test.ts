import { blake2b } from "@noble/hashes/blake2.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { developmentKeypair } from "../../src/bittensor/index.ts";
import { silentLogger } from "../../src/platform/index.ts";
import { sampleRuntime } from "../../src/runtime/sampleRuntime.ts";
import { type RuntimeChain, startRuntimeChain } from "../../src/runtimechain/index.ts";
import { openWire, type Wire } from "./wire.ts";

// A runtime by hand: every extrinsic is valid and is kept under its own bytes, but one of one byte is refused by the
// block, at one of two the runtime traps, and one of three sets the runtime's code anew.
const hex = (bytes: Uint8Array | string) => `0x${Buffer.from(bytes).toString("hex")}`;
const vec = (text: string) => hex(Uint8Array.of(text.length << 2, ...Buffer.from(text)));
const hashOf = (bytes: string) => hex(blake2b(Buffer.from(bytes.slice(2), "hex"), { dkLen: 32 }));
const GOOD = vec("good");

let chain: RuntimeChain;
let wire: Wire;
beforeEach(async () => {
  chain = await startRuntimeChain({ runtime: sampleRuntime, blockMs: 0, logger: silentLogger });
  wire = await openWire(chain.url);
});
afterEach(async () => {
  await wire[Symbol.asyncDispose]();
  await chain[Symbol.asyncDispose]();
});
const block = async (finalize = false): Promise<string> =>
  (await wire.ask("engine_createBlock", true, finalize)).hash;

test("a block has what was submitted; headers hash to their blocks and follow each other", async () => {
  expect(await wire.ask("author_submitExtrinsic", GOOD)).toBe(hashOf(GOOD));
  await expect(wire.ask("author_submitExtrinsic", GOOD)).rejects.toThrow(
    "1013: Transaction is already imported",
  );
  const [first, second] = [await block(), await block()];
  const { block: read } = await wire.ask("chain_getBlock", first);
  expect(read.extrinsics).toEqual([GOOD]);
  expect((await wire.ask("chain_getBlock", second)).block.extrinsics).toEqual([]);
  expect(await wire.ask("chain_getHeader", second)).toMatchObject({ number: "0x2", parentHash: first });
  expect(await wire.ask("chain_getHeader")).toEqual(await wire.ask("chain_getHeader", second));
  expect(await wire.ask("chain_getBlockHash", [0, "0x1", 2, 3])).toEqual([
    chain.genesisHash,
    first,
    second,
    null,
  ]);
  expect(await wire.ask("chain_getBlockHash")).toBe(second);
  expect(await wire.ask("chain_getHeader", hashOf("0x00"))).toBeNull();
});

test("a proof of the state is told in hex", async () => {
  const { at, proof } = await wire.ask("state_getReadProof", [hex("config")]);
  const { stateRoot } = await wire.ask("chain_getHeader", at);
  expect(hashOf(proof[0])).toBe(stateRoot);
});

test("state is read at any block, by key and by prefix", async () => {
  await wire.ask("author_submitExtrinsic", GOOD);
  const at = await block();
  expect(await wire.ask("state_getStorage", GOOD, at)).toBe(GOOD);
  expect(await wire.ask("state_getStorage", GOOD, chain.genesisHash)).toBeNull();
  expect(await wire.ask("state_getStorageHash", GOOD)).toBe(hashOf(GOOD));
  expect(await wire.ask("state_getStorageSize", GOOD)).toBe(5);
  const keys = [GOOD, hex(":code"), hex("config"), hex("header"), hex("inherents")].sort();
  expect(await wire.ask("state_getKeysPaged", null, 10)).toEqual(keys);
  expect(await wire.ask("state_getKeysPaged", "0x", 2, keys[0])).toEqual(keys.slice(1, 3));
  expect(await wire.ask("state_getKeysPaged", hex("co"), 10, null, at)).toEqual([hex("config")]);
  expect(await wire.ask("state_queryStorageAt", [GOOD, hex("none")], at)).toEqual([
    {
      block: at,
      changes: [
        [GOOD, GOOD],
        [hex("none"), null],
      ],
    },
  ]);
  expect(await wire.ask("state_call", "echo", "0x0102")).toBe("0x0102");
  expect(await wire.ask("state_call", "echo", "")).toBe("0x");
  expect(await wire.ask("state_getMetadata")).toBe(hex("meta"));
  expect(await wire.ask("state_getRuntimeVersion")).toMatchObject({
    specName: "sample",
    specVersion: 7,
    transactionVersion: 3,
  });
});

test.each([
  ["state_getStorage", ["0x00", hex(new Uint8Array(32))], /^4003: Client error: UnknownBlock/],
  ["state_getStorage", ["0xabc"], /^-32602: .*not a key/],
  ["state_getStorage", [], /^-32602/],
  ["state_getKeysPaged", ["0x", 1_001], /^4002: count exceeds maximum value/],
  ["state_call", ["trap", "0x"], /^4003: the runtime trapped in trap: unreachable: runtime-trap/],
  ["state_call", ["nothing", "0x"], /^4003: the runtime has no method nothing/],
  ["author_submitExtrinsic", ["hello"], /^-32602/],
  ["system_accountNextIndex", ["nobody"], /^-32602: not an SS58 address/],
  ["chain_subscribeNothing", [], /^-32601: Method not found/],
  ["toString", [], /^-32601: Method not found/],
])("%s of %j is refused", async (method, params, why) => {
  await expect(wire.ask(method, ...params)).rejects.toThrow(why);
});

test("what is no request is told so, and the connection lives on", async () => {
  expect(await wire.say("{")).toMatchObject({ id: null, error: { code: -32_700 } });
  expect(await wire.say("[]")).toMatchObject({ id: null, error: { code: -32_600 } });
  expect(await wire.say('{"id":"x","method":"rpc_methods"}')).toMatchObject({
    id: "x",
    error: { code: -32_600 },
  });
  const { methods } = await wire.ask("rpc_methods");
  expect(methods).toEqual([...methods].sort());
  expect(methods).toContain("chainHead_v1_follow");
});

test("the node tells of itself", async () => {
  expect(await wire.ask("system_chain")).toBe("Runtime");
  expect(await wire.ask("chainSpec_v1_genesisHash")).toBe(chain.genesisHash);
  expect(await wire.ask("system_health")).toEqual({ peers: 0, isSyncing: false, shouldHavePeers: false });
  await expect(wire.ask("system_accountNextIndex", developmentKeypair("Alice").address)).rejects.toThrow(
    "no method AccountNonceApi_account_nonce",
  );
});

test("heads are told as they come, final ones two blocks later, until nobody wants them", async () => {
  const heads = await wire.ask("chain_subscribeNewHeads");
  const finals = await wire.ask("chain_subscribeFinalizedHeads");
  const storage = await wire.ask("state_subscribeStorage", [hex("header")]);
  expect((await wire.told(storage)).changes).toEqual([[hex("header"), null]]);
  expect([(await wire.told(heads)).number, (await wire.told(finals)).number]).toEqual(["0x0", "0x0"]);
  const made = [await block(), await block(), await block()];
  for (const number of ["0x1", "0x2", "0x3"]) expect((await wire.told(heads)).number).toBe(number);
  expect((await wire.told(finals)).number).toBe("0x1");
  expect(await wire.ask("chain_getFinalizedHead")).toBe(made[0]);
  expect((await wire.told(storage)).block).toBe(made[0]);
  await block(true);
  expect([(await wire.told(finals)).number, (await wire.told(finals)).number]).toEqual(["0x2", "0x3"]);
  expect((await wire.told(finals)).number).toBe("0x4");
  expect(await wire.ask("chain_unsubscribeNewHeads", heads)).toBe(true);
  expect(await wire.ask("chain_unsubscribeNewHeads", heads)).toBe(false);
});

test("who submits and watches hears all of an extrinsic's way", async () => {
  const good = await wire.ask("author_submitAndWatchExtrinsic", GOOD);
  const stale = await wire.ask("author_submitAndWatchExtrinsic", "0x09");
  const deadly = await wire.ask("author_submitAndWatchExtrinsic", "0x0909");
  for (const id of [good, stale, deadly]) expect(await wire.told(id)).toBe("ready");
  const at = await block();
  expect(await wire.told(good)).toEqual({ inBlock: at });
  expect([await wire.told(stale), await wire.told(deadly)]).toEqual(["invalid", "invalid"]);
  expect((await wire.ask("chain_getBlock", at)).block.extrinsics).toEqual([GOOD]);
  await block();
  await block();
  expect(await wire.told(good)).toEqual({ finalized: at });
});

test("a follower is told of blocks and asks of those that it holds", async () => {
  const before = await block();
  const id = await wire.ask("chainHead_v1_follow", true);
  const initial = await wire.told(id);
  expect(initial).toMatchObject({ event: "initialized", finalizedBlockHashes: [chain.genesisHash] });
  expect(initial.finalizedBlockRuntime).toMatchObject({
    type: "valid",
    spec: { specVersion: 7, apis: { "0xdf6acb689907609b": 5 } },
  });
  const held = { event: "newBlock", blockHash: before, parentBlockHash: chain.genesisHash, newRuntime: null };
  expect(await wire.told(id)).toEqual(held);
  expect(await wire.told(id)).toEqual({ event: "bestBlockChanged", bestBlockHash: before });
  await wire.ask("transaction_v1_broadcast", GOOD);
  const at = await block(true);
  expect(await wire.told(id)).toMatchObject({ event: "newBlock", blockHash: at, parentBlockHash: before });
  expect(await wire.told(id)).toMatchObject({ event: "bestBlockChanged" });
  expect(await wire.told(id)).toEqual({
    event: "finalized",
    finalizedBlockHashes: [before, at],
    prunedBlockHashes: [],
  });

  const { operationId } = await wire.ask("chainHead_v1_body", id, at);
  expect(await wire.told(id)).toEqual({ event: "operationBodyDone", operationId, value: [GOOD] });
  const header = await wire.ask("chainHead_v1_header", id, at);
  expect(hashOf(header)).toBe(at);
  await wire.ask("chainHead_v1_call", id, at, "echo", "0x07");
  expect(await wire.told(id)).toMatchObject({ event: "operationCallDone", output: "0x07" });
  await wire.ask("chainHead_v1_call", id, at, "trap", "0x");
  expect(await wire.told(id)).toMatchObject({
    event: "operationError",
    error: expect.stringMatching("trapped in trap"),
  });
  const items = [
    { key: GOOD, type: "value" },
    { key: hex("none"), type: "value" },
    { key: hex("co"), type: "descendantsHashes" },
    { key: hex("head"), type: "closestDescendantMerkleValue" },
  ];
  expect(await wire.ask("chainHead_v1_storage", id, at, items, null)).toMatchObject({
    result: "started",
    discardedItems: 0,
  });
  expect(await wire.told(id)).toMatchObject({
    event: "operationStorageItems",
    items: [
      { key: GOOD, value: GOOD },
      { key: hex("config"), hash: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
      { key: hex("head"), closestDescendantMerkleValue: expect.stringMatching(/^0x[0-9a-f]{2,64}$/) },
    ],
  });
  expect(await wire.told(id)).toMatchObject({ event: "operationStorageDone" });

  await wire.ask("chainHead_v1_unpin", id, [before]);
  await expect(wire.ask("chainHead_v1_header", id, before)).rejects.toThrow(
    "-32801: the block is not pinned",
  );
  await wire.ask("chainHead_v1_unfollow", id);
  expect(await wire.ask("chainHead_v1_header", id, at)).toBeNull();
  expect(await wire.ask("chainHead_v1_body", id, at)).toEqual({ result: "limitReached" });
});

test("one connection follows four times at most, and another has its own", async () => {
  for (let at = 0; at < 4; at += 1) await wire.ask("chainHead_v1_follow", false);
  await expect(wire.ask("chainHead_v1_follow", false)).rejects.toThrow("-32800");
  await using other = await openWire(chain.url);
  const id = await other.ask("chainHead_v1_follow", false);
  expect(await other.told(id)).toEqual({ event: "initialized", finalizedBlockHashes: [chain.genesisHash] });
});

test("a follower is told of a new runtime, and so is who asks for its version", async () => {
  const id = await wire.ask("chainHead_v1_follow", true);
  const versions = await wire.ask("state_subscribeRuntimeVersion");
  for (let events = 0; events < 2; events += 1) await wire.told(id);
  expect((await wire.told(versions)).specVersion).toBe(7);
  await block();
  expect((await wire.told(id)).newRuntime).toBeNull();
  expect(await wire.told(id)).toMatchObject({ event: "bestBlockChanged" });
  await wire.ask("author_submitExtrinsic", "0x010203");
  await block();
  expect((await wire.told(id)).newRuntime).toMatchObject({ type: "valid", spec: { specVersion: 7 } });
  expect((await wire.told(versions)).specVersion).toBe(7);
  expect(wire.untold(versions)).toBe(0);
});

test("a follower that lets go of nothing is stopped", async () => {
  const id = await wire.ask("chainHead_v1_follow", false);
  for (let made = 0; made < 1_024; made += 1) chain.node.produce();
  for (let event = ""; event !== "stop"; ) ({ event } = await wire.told(id));
  expect(await wire.ask("chainHead_v1_body", id, await block())).toEqual({ result: "limitReached" });
});
