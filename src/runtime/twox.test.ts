import { expect, test } from "vitest";
import { twox, xxHash64 } from "./twox.ts";

test.each([
  ["", 0n, 0xef46db3751d8e999n],
  ["a", 0n, 0xd24ec4f1a98c6e5bn],
  ["abc", 0n, 0x44bc2cf5ad770999n],
  ["Nobody inspects the spammish repetition", 0n, 0xfbcea83c8a378bf1n],
])("xxHash64 of %j under the seed %d is that of its reference", (text, seed, hash) => {
  expect(xxHash64(Buffer.from(text), seed).toString(16)).toBe(hash.toString(16));
});

test.each([
  ["System", "26aa394eea5630e07c48ae0c9558cef7"],
  ["Account", "b99d880ec681799c0cf30e8886371da9"],
  ["Balances", "c2261276cc9d1f8598ea4b6a74b15c2f"],
])("twox_128 of %s is where every Substrate chain has it", (name, hash) => {
  expect(Buffer.from(twox(Buffer.from(name), 128)).toString("hex")).toBe(hash);
  expect(Buffer.from(twox(Buffer.from(name), 64)).toString("hex")).toBe(hash.slice(0, 16));
  expect(
    Buffer.from(twox(Buffer.from(name), 256))
      .toString("hex")
      .slice(0, 32),
  ).toBe(hash);
});
