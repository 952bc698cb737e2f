import fc from "fast-check";
import { expect, test } from "vitest";
import { blake2_256, descendantValue, orderedRoot, readProof, stateRoot } from "./merkle.ts";
import { get, keysUnder, nextKey, put, remove, type State } from "./trie.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const root = (entries: Record<string, string>, version: 0 | 1 = 1) =>
  hex(
    stateRoot(made(Object.entries(entries).map(([key, value]) => [key, Buffer.from(value, "hex")])), version),
  );
const hashOf = (...encoded: number[]) => hex(blake2_256(Uint8Array.from(encoded)));

function made(entries: readonly (readonly [string, Uint8Array])[]): State {
  return entries.reduce<State>((state, [key, value]) => put(state, key, value), undefined);
}

/** Few nibbles, so that keys share their beginnings and lie within each other. */
const key = fc
  .array(fc.constantFrom("00", "01", "10", "1f", "f0", "ff"), { maxLength: 5 })
  .map((bytes) => bytes.join(""));
const value = fc.uint8Array({ minLength: 0, maxLength: 40 });
const change = fc.oneof(fc.record({ key, value }), fc.record({ key, value: fc.constant(undefined) }));

test("a trie is what a sorted map is, whatever is done to it, and older states stay", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), fc.array(key, { maxLength: 8 }), (changes, asked) => {
      const map = new Map<string, Uint8Array>();
      let state: State;
      const before: { state: State; entries: [string, Uint8Array][] }[] = [];
      for (const { key, value } of changes) {
        before.push({ state, entries: [...map].sort() });
        if (value) map.set(key, value);
        else map.delete(key);
        state = value ? put(state, key, value) : remove(state, key);
      }
      before.push({ state, entries: [...map].sort() });
      for (const { state, entries } of before) {
        expect(keysUnder(state, "").map((key) => [key, get(state, key)])).toEqual(entries);
        // the same trie, however it came to be: what was removed leaves no trace
        expect(state).toEqual(made(entries));
      }
      const keys = [...map.keys()].sort();
      for (const one of asked) {
        expect(get(state, one)).toBe(map.get(one));
        expect(nextKey(state, one)).toBe(keys.find((key) => key > one));
        expect(keysUnder(state, one)).toEqual(keys.filter((key) => key.startsWith(one)));
        const after = keys[Math.floor(keys.length / 2)] ?? "";
        expect(keysUnder(state, one, { after, most: 2 })).toEqual(
          keys.filter((key) => key.startsWith(one) && (after === "" || key > after)).slice(0, 2),
        );
      }
    }),
  );
});

test("keys under a prefix begin with the prefix itself, unless they come after it", () => {
  const state = made(["ab", "ff", "ff01"].map((key) => [key, new Uint8Array()]));
  expect(keysUnder(state, "ff", { after: "ab" })).toEqual(["ff", "ff01"]);
  expect(keysUnder(state, "ff", { after: "ff" })).toEqual(["ff01"]);
  expect(keysUnder(state, "ff", { after: "ff01" })).toEqual([]);
  expect(keysUnder(state, "", { after: "ab", most: 1 })).toEqual(["ff"]);
});

test("roots are those of Substrate's own tests", () => {
  expect(hex(stateRoot(undefined, 1))).toBe(
    "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314",
  );
  expect(orderedRoot([], 0)).toEqual(stateRoot(undefined, 0));
  expect(root({ aa: "bb" })).toBe(hashOf(0x42, 0xaa, 4, 0xbb));
  const leaves = [20, 0x43, 0x03, 0x14, 4, 0xff, 20, 0x43, 0x08, 0x19, 4, 0xfe];
  expect(root({ "4819": "fe", "1314": "ff" })).toBe(hashOf(0x80, 0x12, 0x00, ...leaves));
});

test("a branch with a value, and a path with an odd number of nibbles", () => {
  // aa → 01, aabb → 02: a branch at aa, under its child b the leaf b
  expect(root({ aa: "01", aabb: "02" })).toBe(
    hashOf(0xc2, 0xaa, 0x00, 0x08, 4, 0x01, 16, 0x41, 0x0b, 4, 0x02),
  );
});

test("a path longer than its header has room for", () => {
  const key = "ab".repeat(40);
  const path = [...Buffer.from(key, "hex")];
  expect(root({ [key]: "01" })).toBe(hashOf(0x7f, 80 - 63, ...path, 4, 0x01));
  const long = "ab".repeat(159);
  expect(root({ [long]: "01" })).toBe(hashOf(0x7f, 255, 0, ...Buffer.from(long, "hex"), 4, 0x01));
});

test("values of 33 bytes and more lie under their hash, since version 1", () => {
  const [short, long] = [Buffer.alloc(32, 7), Buffer.alloc(33, 7)];
  const inline = (value: Buffer) => hashOf(0x42, 0xaa, value.length * 4, ...value);
  expect(root({ aa: short.toString("hex") }, 1)).toBe(inline(short));
  expect(root({ aa: long.toString("hex") }, 0)).toBe(inline(long));
  expect(root({ aa: long.toString("hex") }, 1)).toBe(hashOf(0x22, 0xaa, ...blake2_256(long)));
  const branch = hashOf(0x12, 0xaa, 0x00, 0x08, ...blake2_256(long), 16, 0x41, 0x0b, 4, 0x02);
  expect(root({ aa: long.toString("hex"), aabb: "02" }, 1)).toBe(branch);
});

test("the value under a prefix changes with what lies there and with nothing else", () => {
  const state = made([
    ["aa01", Buffer.alloc(40, 1)],
    ["aa02", Buffer.alloc(40, 2)],
    ["bb", Buffer.alloc(40, 3)],
  ]);
  const at = (state: State, prefix: string) => {
    const found = descendantValue(state, prefix, 1);
    return found && hex(found);
  };
  const other = put(state, "bb", Buffer.alloc(40, 4));
  const under = put(state, "aa02", Buffer.alloc(40, 4));
  for (const prefix of ["aa", "aa0", "aa01"]) expect(at(other, prefix)).toBe(at(state, prefix));
  expect(at(under, "aa")).not.toBe(at(state, "aa"));
  expect(at(under, "aa01")).toBe(at(state, "aa01"));
  expect(at(state, "ac")).toBeUndefined();
  expect(at(state, "aa0101")).toBeUndefined();
  expect(at(undefined, "")).toBeUndefined();
});

test("a proof has the root, the nodes on the way and the value beside them, once each", () => {
  const large = (byte: number) => Buffer.alloc(40, byte);
  const state = made([
    ["aa01", large(1)],
    ["aa02", large(2)],
    ["bb", Buffer.from("small")],
  ]);
  const root = hex(stateRoot(state, 1));
  const hashes = (...keys: string[]) => readProof(state, keys, 1).map((node) => hex(blake2_256(node)));
  const proof = hashes("aa01");
  expect(proof).toEqual([
    root,
    hex(descendantValue(state, "aa", 1) ?? large(0)),
    proof[2],
    hex(blake2_256(large(1))),
  ]);
  expect(proof[2]).toBe(hex(descendantValue(state, "aa01", 1) ?? large(0)));
  expect(hashes("bb")).toEqual([root]); // its leaf is so small that it lies within the root
  expect(hashes("aa01", "aa02", "aa01")).toHaveLength(6);
  expect(hashes("cc")).toEqual([root]);
  expect(readProof(undefined, ["aa"], 1)).toEqual([Uint8Array.of(0)]);
});
