import { zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { TaoceptionError } from "../platform/index.ts";
import { compile } from "./call.ts";
import { genesisState } from "./genesis.ts";
import { sampleRuntime } from "./sampleRuntime.ts";
import { readScale } from "./scale.ts";
import { CODE, readSpec } from "./spec.ts";
import { get, keysUnder } from "./trie.ts";

const host = { verify: () => false };
const code = `0x${Buffer.from(sampleRuntime).toString("hex")}`;
const plain = (runtimeGenesis: object) =>
  Buffer.from(JSON.stringify({ name: "Sample", id: "sample", genesis: { runtimeGenesis } }));
const raw = (genesis: object) =>
  Buffer.from(JSON.stringify({ name: "Raw", id: "raw", genesis: { raw: genesis } }));

function refusal(bytes: Uint8Array): string {
  try {
    readSpec(bytes);
  } catch (error) {
    if (error instanceof TaoceptionError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

/** What the sample runtime was given to build its genesis of, as text. */
function configured(bytes: Uint8Array): string {
  const spec = readSpec(bytes);
  const state = genesisState(compile(spec.code), spec, host);
  expect(get(state, CODE)).toEqual(spec.code);
  const config = get(state, Buffer.from("config").toString("hex"));
  return Buffer.from(readScale(config ?? new Uint8Array()).vec()).toString();
}

test("a patch is laid over the runtime's own configuration, and large numbers stay exact", () => {
  const text = JSON.stringify({ code, patch: { a: { x: null, z: 1 }, c: "N" } });
  const spec = plain(JSON.parse(text)).toString().replace('"N"', "340282366920938463463374607431768211455");
  expect(configured(Buffer.from(spec))).toBe(
    '{"a":{"y":18446744073709551615,"z":1},"b":[1],"c":340282366920938463463374607431768211455}',
  );
});

test("a whole configuration is taken as it is, a blob alone takes the runtime's own", () => {
  expect(configured(plain({ code, config: { only: 1 } }))).toBe('{"only":1}');
  const own = '{"a":{"x":1,"y":18446744073709551615},"b":[1]}';
  expect(configured(plain({ code }))).toBe(own);
  expect(configured(sampleRuntime)).toBe(own);
  const packed = Buffer.concat([Buffer.from("52bc537646db8e05", "hex"), zstdCompressSync(sampleRuntime)]);
  expect(configured(packed)).toBe(own);
});

test("a raw genesis is taken key by key", () => {
  const spec = readSpec(raw({ top: { [`0x${CODE}`]: code, "0xAB": "0x01" }, childrenDefault: {} }));
  const state = genesisState(compile(spec.code), spec, host);
  expect(keysUnder(state, "")).toEqual([CODE, "ab"]);
});

test.each([
  ["what is not JSON", Buffer.from("{"), "neither JSON nor a runtime's code"],
  ["the wrong magic", Buffer.from("52bc537646db8e06", "hex"), "neither JSON nor a runtime's code"],
  ["nothing", Buffer.alloc(0), "neither JSON nor a runtime's code"],
  ["JSON of another kind", Buffer.from("[]"), "expected object"],
  ["no genesis", Buffer.from('{"name":"a","id":"b"}'), "at genesis"],
  ["no code", plain({ patch: {} }), "at genesis"],
  ["empty code", plain({ code: "0x", patch: {} }), "its runtime has no code"],
  ["code that is no hex", plain({ code: "0xabc" }), "at genesis"],
  ["a raw genesis without code", raw({ top: {} }), "its raw genesis has no :code"],
  ["child tries", raw({ top: { [`0x${CODE}`]: code }, childrenDefault: { "0x01": {} } }), "at genesis"],
])("%s is refused as a bad spec", (_, bytes, why) => {
  expect(refusal(bytes)).toMatch(/^bad-spec: the chain spec cannot be read: /);
  expect(refusal(bytes)).toContain(why);
});

test("a blob whose zstd is cut off is a bad runtime", () => {
  const packed = Buffer.concat([Buffer.from("52bc537646db8e05", "hex"), zstdCompressSync(sampleRuntime)]);
  expect(refusal(packed.subarray(0, -9))).toMatch(/^bad-runtime: .*zstd/);
});
