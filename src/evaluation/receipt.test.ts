import fc from "fast-check";
import { expect, test } from "vitest";
import { developmentKeypair } from "../bittensor/index.ts";
import { canonicalJson, type Receipt } from "../protocol/index.ts";
import type { Graded } from "./evaluate.ts";
import { nothing } from "./metrics.ts";
import { differencesFrom, foreignTo, openReceipt, sealReceipt, versionsOf } from "./receipt.ts";
import { sampleTask } from "./sampleWork.ts";

const graded: Graded = {
  ...{ verdict: "resolved", layer: "all", reason: "every test and check passed" },
  failToPass: { success: ["t::a"], failure: [] },
  passToPass: { success: [], failure: [] },
  log: "a".repeat(64),
  ...nothing,
  ...{ judge: null, durationMs: 12 },
};
const keypair = developmentKeypair("//Alice");
const about = { versions: versionsOf({ pythonVersion: "3.11.2" }), miner: "somebody", round: 3, at: 0 };
const seal = () => sealReceipt(sampleTask.gold, sampleTask, graded, { keypair, ...about });

test("a sealed receipt opens, and says what was judged and by whom", () => {
  const receipt = seal();
  expect(openReceipt(JSON.parse(JSON.stringify(receipt)))).toEqual({ receipt });
  expect(receipt.body).toMatchObject({
    ...{ task: "m-1", verdict: "resolved", validator: keypair.address, miner: "somebody", round: 3 },
    limits: { memoryBytes: expect.any(Number) },
    versions: { taoception: expect.stringMatching(/^\d/), python: "3.11.2" },
  });
  expect(foreignTo(receipt, sampleTask.gold, sampleTask)).toEqual([]);
});

/** Paths to everything in a value that is no object. */
function leaves(value: unknown, path: string[] = []): string[][] {
  return value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
    : [path];
}

test("a receipt that was changed anywhere is refused", () => {
  const places = leaves(seal());
  expect(places.length).toBeGreaterThan(20);
  for (const path of places) {
    const receipt = structuredClone(seal()) as unknown as Record<string, unknown>;
    const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, receipt);
    const key = path.at(-1) ?? "";
    const value = holder[key];
    holder[key] = typeof value === "number" ? value + 1 : `${value}x`;
    expect(openReceipt(receipt), path.join(".")).toHaveProperty("wrong");
  }
});

test("so is one with any bits of its text turned, or with members added", () => {
  const text = JSON.stringify(seal());
  const told = canonicalJson(JSON.parse(text));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), (at, bits) => {
      const code = (text.charCodeAt(at) ^ bits) & 0x7f;
      const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
      let value: unknown;
      try {
        value = JSON.parse(changed);
      } catch {
        return true; // no JSON: it is refused before
      }
      return canonicalJson(value) === told || "wrong" in openReceipt(value);
    }),
    { numRuns: 2_000, seed: 7 },
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => "wrong" in openReceipt(value)),
    { numRuns: 300 },
  );
  const receipt = seal();
  expect(openReceipt({ ...receipt, more: 1 })).toHaveProperty("wrong");
  expect(openReceipt({ ...receipt, body: { ...receipt.body, more: 1 } })).toHaveProperty("wrong");
});

test("another key's signature is refused, and so is another validator's name", () => {
  const other = developmentKeypair("//Bob");
  const receipt = seal();
  const theirs = sealReceipt(sampleTask.gold, sampleTask, graded, { keypair: other, ...about });
  expect(openReceipt({ ...receipt, signature: theirs.signature })).toHaveProperty("wrong");
  const renamed: Receipt = { ...receipt, body: { ...receipt.body, validator: other.address } };
  expect(openReceipt(renamed)).toHaveProperty("wrong");
});

test("it tells where task, patch or a second run are others", () => {
  const receipt = seal();
  expect(foreignTo(receipt, "another", sampleTask)).toEqual(["patch"]);
  expect(foreignTo(receipt, sampleTask.gold, { ...sampleTask, statement: "x" })).toEqual(["taskHash"]);
  expect(differencesFrom(receipt, graded)).toEqual([]);
  expect(differencesFrom(receipt, { ...graded, durationMs: 99, reason: "said otherwise" })).toEqual([]);
  expect(differencesFrom(receipt, { ...graded, verdict: "unresolved", log: null })).toEqual([
    'verdict: the receipt says "resolved", this run "unresolved"',
    `log: the receipt says "${"a".repeat(64)}", this run null`,
  ]);
});
