import { expect, test } from "vitest";
import { hex, openBlocks } from "./blocks.ts";

const none = new Uint8Array(32);
function block(number: number) {
  const hash = Buffer.alloc(32);
  hash.writeUInt32LE(number);
  const header = { parentHash: none, number, stateRoot: none, extrinsicsRoot: none, digest: [] };
  return { hash: new Uint8Array(hash), header, extrinsics: [], state: undefined };
}

test("the newest blocks and the first are kept, by hash and by number", () => {
  const blocks = openBlocks(block(0));
  for (let number = 1; number <= 1_100; number += 1) {
    blocks.append(block(number));
    expect(blocks.finalize(number - 2).length).toBe(number > 2 ? 1 : 0);
  }
  const kept = Array.from({ length: 1_101 }, (_, number) => number).filter((number) => blocks.at(number));
  expect(kept).toEqual([0, ...Array.from({ length: 1_024 }, (_, index) => 77 + index)]);
  expect(kept.map((number) => blocks.find(hex(block(number).hash))?.header.number)).toEqual(kept);
  expect(blocks.find(hex(block(76).hash))).toBeUndefined();
  expect([blocks.head().header.number, blocks.finalized().header.number]).toEqual([1_100, 1_098]);
  expect(blocks.finalize(1_100).map(({ header }) => header.number)).toEqual([1_099, 1_100]);
  expect(blocks.finalize(1_000)).toEqual([]);
});
