import { expect, test } from "vitest";
import { testClock } from "../../src/platform/index.ts";
import { readSpec } from "../../src/runtime/index.ts";
import { sampleRuntime } from "../../src/runtime/sampleRuntime.ts";
import { openNode } from "../../src/runtimechain/node.ts";
import type { Fate } from "../../src/runtimechain/pool.ts";

// Under the runtime by hand an extrinsic's first three bytes are its priority, its one tag and its longevity.
const extrinsic = (priority: number, tag: number, longevity = 200) =>
  Uint8Array.of(4 << 2, priority, tag, longevity, 0);
const START = 1_700_000_000_000;

function open({ mostWaiting }: { mostWaiting?: number } = {}) {
  const clock = testClock(START);
  const node = openNode(readSpec(sampleRuntime), {
    host: { verify: () => false },
    clock,
    ...(mostWaiting === undefined ? {} : { mostWaiting }),
  });
  const fates: [name: string, fate: Fate][] = [];
  const submit = (name: string, bytes: Uint8Array) => node.submit(bytes, (fate) => fates.push([name, fate]));
  return { node, clock, fates, submit };
}

test("of two that give the same tag the higher priority stays", () => {
  const { node, submit, fates } = open();
  submit("first", extrinsic(5, 1));
  expect(() => submit("equal", extrinsic(5, 1, 100))).toThrow("Priority is too low: (5 vs 5)");
  submit("other", extrinsic(1, 2));
  submit("higher", extrinsic(6, 1));
  expect(fates).toEqual([
    ["first", "ready"],
    ["other", "ready"],
    ["first", "dropped"],
    ["higher", "ready"],
  ]);
  expect(node.produce().extrinsics).toEqual([extrinsic(6, 1), extrinsic(1, 2)]);
  submit("again", extrinsic(5, 1)); // what gave the tag waits no more
});

test("one that finds no room waits, and is dropped when its time is over", () => {
  const { node, submit, fates } = open();
  submit("large", Uint8Array.of(3 << 2, 9, 1, 3));
  submit("small", extrinsic(5, 2));
  expect(node.produce().extrinsics).toEqual([extrinsic(5, 2)]);
  node.produce();
  expect(fates.filter(([name]) => name === "large")).toEqual([["large", "ready"]]);
  expect(() => submit("large again", Uint8Array.of(3 << 2, 9, 1, 3))).toThrow("already imported");
  node.produce();
  expect(fates.at(-2)).toEqual(["large", "dropped"]);
  submit("large again", Uint8Array.of(3 << 2, 9, 1, 3));
});

test("the pool is bounded, and has room again after a block", () => {
  const { node } = open({ mostWaiting: 2 });
  for (const tag of [1, 2]) node.submit(extrinsic(1, tag));
  expect(() => node.submit(extrinsic(1, 3))).toThrow("Immediately Dropped: the pool is full");
  expect(node.produce().extrinsics).toHaveLength(2);
  node.submit(extrinsic(1, 3));
});

test("a block's time is the clock's, but a slot after the one before at least; its slot says so", async () => {
  const { node, clock } = open();
  const timeOf = () => {
    const { header, state } = node.produce();
    const [digest = new Uint8Array()] = header.digest;
    return { slot: Number(Buffer.from(digest).readBigUInt64LE(6)), state };
  };
  expect([timeOf().slot, timeOf().slot, timeOf().slot]).toEqual([
    1_700_000_000, 1_700_000_001, 1_700_000_002,
  ]);
  await clock.advance(60_000);
  expect(timeOf().slot).toBe(1_700_000_060);
});
