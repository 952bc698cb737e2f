import { expect, test } from "vitest";
import { type Clock, systemClock } from "../../platform/index.ts";
import { developmentKeypair } from "../derive.ts";
import { openNode } from "./node.ts";
import type { Runtime } from "./runtime.ts";
import { openSampleNode, type Says } from "./sampleNode.ts";
import { openSocket } from "./socket.ts";
import { submit } from "./submit.ts";

const alice = developmentKeypair("Alice");
const clock: Clock = { now: systemClock.now, sleep: (_, signal) => systemClock.sleep(1, signal) };
const hashOf = (number: number) => `0x${number.toString(16).padStart(64, "0")}`;
const numberOf = (hash: unknown) => Number.parseInt(String(hash).slice(-12), 16);
const no = (data: string, code = 1_010) => ({ code, message: "Invalid Transaction", data });
const success = { type: "System", value: { type: "ExtrinsicSuccess", value: {} } };
const failure = (name: string) => ({
  type: "System",
  value: {
    type: "ExtrinsicFailed",
    value: { dispatch_error: { type: "Module", value: { type: "M", value: { type: name } } } },
  },
});

/** A chain that finds a final block whenever it is asked for one; what is in it, and what it says, a test decides. */
function sampleChain() {
  const chain = {
    final: 100,
    /** As the pool tells it, and as of a final block. */
    ...{ nonce: 7, finalNonce: 7 },
    bodies: new Map<number, string[]>(),
    submitted: [] as string[],
    event: success as object,
    name: hashOf,
    put: (extrinsic: string, after: number) => {
      chain.bodies.set(chain.final + after, ["0x00", extrinsic]);
    },
  };
  const says: Says = {
    chain_getFinalizedHead: () => {
      chain.final += 1;
      return chain.name(chain.final);
    },
    chain_getHeader: ([hash]) => ({ number: `0x${numberOf(hash).toString(16)}` }),
    chain_getBlockHash: ([number]) => chain.name(Number(number)),
    chain_getBlock: ([hash]) => ({
      block: {
        header: { parentHash: hashOf(numberOf(hash) - 1) },
        extrinsics: chain.bodies.get(numberOf(hash)) ?? [],
      },
    }),
    system_accountNextIndex: () => chain.nonce,
    state_call: () => {
      const nonce = Buffer.alloc(4);
      nonce.writeUInt32LE(chain.finalNonce);
      return `0x${nonce.toString("hex")}`;
    },
    state_getRuntimeVersion: () => ({ specName: "sample", specVersion: 1, transactionVersion: 1 }),
    state_queryStorageAt: () => [{ changes: [["0xee", "0x00"]] }],
  };
  return { chain, says };
}

/** Submits to a sample chain; `take` is what its pool does with an extrinsic. */
async function submitted(
  take: (chain: ReturnType<typeof sampleChain>["chain"], extrinsic: string, nth: number) => unknown,
  { includeMs = 10_000, before }: { includeMs?: number; before?: (says: Says) => void } = {},
) {
  const { chain, says } = sampleChain();
  says.author_submitExtrinsic = ([extrinsic], socket) => {
    chain.submitted.push(String(extrinsic));
    const answer = take(chain, String(extrinsic), chain.submitted.length);
    if (answer !== "lost") return answer ?? hashOf(1);
    socket.terminate();
    return undefined;
  };
  before?.(says);
  await using sample = await openSampleNode(says);
  const once = openSocket(sample.url, { timeoutMs: 2_000, bytes: 1_000_000, requests: 16 });
  const runtime: Runtime = {
    version: { specName: "sample", specVersion: 1, transactionVersion: 1 },
    extensions: [{ name: "CheckNonce", extra: { type: "void", id: 0 }, implicit: { type: "void", id: 0 } }],
    hasCall: () => true,
    encodeCall: () => Uint8Array.of(1, 2, 3),
    storage: () => ({
      key: "0xee",
      read: () => [{ phase: { type: "ApplyExtrinsic", value: 1 }, event: chain.event }],
    }),
    question: () => undefined,
  };
  const node = openNode(once, { clock, readMetadata: async () => runtime });
  const call = { pallet: "SubtensorModule", name: "set_weights", fields: {} };
  const ended = await submit(call, alice, { node, once, clock, pollMs: 1, includeMs }).then(
    (done) => ({ done, error: undefined }),
    (error: unknown) => ({ done: undefined, error }),
  );
  return { ...ended, chain, different: new Set(chain.submitted).size };
}

test("a call is done once a final block has it", async () => {
  const { done, different } = await submitted((chain, extrinsic) => chain.put(extrinsic, 3));
  expect(done).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(different).toBe(1);
});

test("what fails in its block is refused by name", async () => {
  const { error } = await submitted((chain, extrinsic) => {
    chain.event = failure("SettingWeightsTooFast");
    chain.put(extrinsic, 2);
  });
  expect(error).toMatchObject({ code: "chain-refused", cause: "SettingWeightsTooFast" });
});

test("a nonce that is taken is asked for anew; a full pool is waited for", async () => {
  const { done, chain, different } = await submitted((chain, extrinsic, nth) => {
    if (nth === 1) {
      chain.nonce = 8;
      return no("Transaction is outdated");
    }
    if (nth < 4) return no("pool is full", 1_016);
    return chain.put(extrinsic, 2);
  });
  expect(done).toBeDefined();
  expect(chain.submitted.length).toBe(4);
  expect(different).toBe(2);
});

test("an answer that was lost: it may have been taken, and is looked for, not signed again", async () => {
  const { done, different } = await submitted((chain, extrinsic, nth) => {
    if (nth > 1) return no("Transaction is outdated"); // it is in a block already
    chain.put(extrinsic, 20);
    return "lost";
  });
  expect(done).toBeDefined();
  expect(different).toBe(1);
});

test("a pool that forgot it is given the same bytes again", async () => {
  const { done, different, chain } = await submitted((chain, extrinsic, nth) => {
    if (nth === 2) chain.put(extrinsic, 2);
  });
  expect(done).toBeDefined();
  expect(different).toBe(1);
  expect(chain.submitted.length).toBe(2);
});

test("signed anew: another used its nonce", async () => {
  const { done, different } = await submitted((chain, extrinsic, nth) => {
    if (nth > 1) return chain.put(extrinsic, 2);
    chain.nonce = 8;
    chain.finalNonce = 8;
  });
  expect(done).toBeDefined();
  expect(different).toBe(2);
});

test("signed anew: its era is over, and not a block before", async () => {
  let born = 0;
  const { done, different } = await submitted((chain, extrinsic) => {
    if (born === 0) born = chain.final;
    if (chain.final > born + 64) chain.put(extrinsic, 2);
  });
  expect(done?.block).toBeGreaterThan(born + 64);
  expect(different).toBe(2);
});

test("signed anew: the block after which it was signed is not of this chain", async () => {
  const other = (number: number) => `0xff${hashOf(number).slice(4)}`;
  const { done, different } = await submitted(
    (chain, extrinsic, nth) => {
      chain.name = other;
      if (nth > 1) chain.put(extrinsic, 2);
    },
    { before: (says) => Object.assign(says, genesisKept(says)) },
  );
  expect(done).toBeDefined();
  expect(different).toBe(2);
});

test("a node that is behind, or has not what another told of, is waited for", async () => {
  let asked = 0;
  const { done, different } = await submitted((chain, extrinsic) => chain.put(extrinsic, 3), {
    before: (says) => {
      const { chain_getBlockHash: hash, chain_getBlock: block } = says;
      says.chain_getBlockHash = (given, socket) => {
        asked += 1;
        return given[0] !== 0 && asked % 3 === 0 ? null : hash?.(given, socket);
      };
      says.chain_getBlock = (given, socket) => {
        asked += 1;
        return asked % 4 === 0 ? { code: 4_003, message: "State already discarded" } : block?.(given, socket);
      };
    },
  });
  expect(done).toBeDefined();
  expect(different).toBe(1);
  expect(asked).toBeGreaterThan(6);
});

test("a node that never tells what is in its blocks: uncertain, and said so", async () => {
  const { error, different } = await submitted(() => undefined, {
    before: (says) => {
      says.chain_getBlock = () => null;
    },
  });
  expect(error).toMatchObject({ code: "chain-slow", retryable: false, cause: { code: "chain-unreadable" } });
  expect(different).toBe(1);
});

test("another chain behind the same address is not called", async () => {
  let asked = 0;
  const { error } = await submitted(() => no("Transaction is outdated"), {
    before: (says) => {
      const tell = says.chain_getBlockHash;
      says.chain_getBlockHash = (given, socket) => {
        if (given[0] === 0) asked += 1;
        return given[0] === 0 && asked > 1 ? hashOf(99) : tell?.(given, socket);
      };
    },
  });
  expect(error).toMatchObject({ code: "other-chain", retryable: false });
});

test("no final block has it in time: said, and not to be asked for again blindly", async () => {
  const { error } = await submitted(() => undefined, {
    includeMs: 50,
    before: (says) => {
      says.chain_getFinalizedHead = () => hashOf(100);
    },
  });
  expect(error).toMatchObject({ code: "chain-slow", retryable: false });
});

test("a pool that refuses for good is asked once", async () => {
  const { error, chain } = await submitted(() => no("Custom error: 6"));
  expect(error).toMatchObject({ code: "chain-refused", cause: "SettingWeightsTooFast" });
  expect(chain.submitted.length).toBe(1);
});

test("a nonce that is always taken is no endless loop", async () => {
  const { error, chain } = await submitted(() => no("Priority is too low", 1_014));
  expect(error).toMatchObject({ code: "chain-slow", retryable: true });
  expect(chain.submitted.length).toBe(20);
});

/** Block 0 keeps its name whatever the others are called. */
function genesisKept(says: Says): Says {
  const tell = says.chain_getBlockHash;
  return { chain_getBlockHash: (given, socket) => (given[0] === 0 ? hashOf(0) : tell?.(given, socket)) };
}
