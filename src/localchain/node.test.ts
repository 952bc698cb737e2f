import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Call, developmentKeypair, signExtrinsic } from "../bittensor/index.ts";
import { TaoceptionError, testClock } from "../platform/index.ts";
import { hashValue } from "../protocol/index.ts";
import type { Block } from "./block.ts";
import { readGenesis } from "./genesis.ts";
import { openHeight } from "./height.ts";
import { firstLedger } from "./ledger/ledger.ts";
import { openNode } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "node-"));
afterAll(() => rmSync(folder, { recursive: true }));
const owner = developmentKeypair("Owner");
const hotkey = developmentKeypair("Hotkey").address;
const genesisHash = hashValue("genesis");

/** A node whose log is written when `write` says so. */
function nodeWith(write: (block: Block) => Promise<void>) {
  const genesis = readGenesis({
    owner: owner.address,
    ownerHotkey: hotkey,
    accounts: { [owner.address]: "1000000000" },
  });
  const append = async (block: Block) => write(block).then(() => hashValue(block.number));
  return openNode(
    { ledger: firstLedger(genesis), genesisHash, head: genesisHash, included: new Map() },
    {
      log: { append, [Symbol.asyncDispose]: async () => {} },
      height: openHeight(join(folder, Math.random().toString())),
      clock: testClock(),
      beacon: { latest: () => 0, pulse: () => null },
    },
  );
}
const sign = (nonce: number, call: Call) => signExtrinsic({ genesis: genesisHash, nonce, call }, owner);
const register = sign(0, { call: "burned_register", netuid: 1, hotkey });
const stake = sign(1, { call: "add_stake", netuid: 1, hotkey, amount: "5" });

test("an extrinsic counts once its block is written, and its signer may go on before", async () => {
  let written = () => {};
  const blocks: Block[] = [];
  const node = nodeWith((block) => {
    blocks.push(block);
    return new Promise((resolve) => {
      written = resolve;
    });
  });
  node.submit(register);
  const making = node.produce();
  expect(node.submit(register)).toEqual({ status: "pending" });
  expect(node.submit(stake)).toEqual({ status: "pending" });
  expect([node.ledger().neurons.length, node.head().number, node.pendingOf(owner.address)]).toEqual([
    0, 0, 2,
  ]);
  written();
  await making;
  expect(node.submit(register)).toEqual({ status: "included", block: 1, error: null });
  expect([node.ledger().neurons.length, node.head().number, node.pendingOf(owner.address)]).toEqual([
    1, 1, 1,
  ]);
  const next = node.produce();
  written();
  await next;
  expect(blocks.map(({ number, parent }) => [number, parent])).toEqual([
    [1, genesisHash],
    [2, hashValue(1)],
  ]);
  await node.produce();
  expect([blocks.length, node.head()]).toMatchObject([2, { number: 3, hash: hashValue(2) }]);
});

test("what could not be written was not done", async () => {
  const full = new TaoceptionError("chain-log", "no space");
  const node = nodeWith(() => Promise.reject(full));
  node.submit(register);
  await expect(node.produce()).rejects.toBe(full);
  expect(node.submit(register)).toEqual({ status: "pending" });
  expect([node.ledger().neurons.length, node.head().number]).toEqual([0, 0]);
});
