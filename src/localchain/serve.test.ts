import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Call,
  developmentKeypair,
  type Extrinsic,
  extrinsicHash,
  type Keypair,
  signExtrinsic,
} from "../bittensor/index.ts";
import { silentLogger } from "../platform/index.ts";
import { type LocalChain, startLocalChain } from "./index.ts";

const owner = developmentKeypair("Owner");
const hotkey = developmentKeypair("Hotkey").address;
let folder: string;
let chain: LocalChain;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chain-rpc-"));
  chain = await startLocalChain({
    home: folder,
    // no block in this file unless it waits for one: what is submitted stays pending
    blockMs: 60_000,
    genesis: { owner: owner.address, ownerHotkey: hotkey, accounts: { [owner.address]: "1000000000000" } },
    logger: silentLogger,
    limits: { bytes: 20_000, requestMs: 300, connections: 20 },
  });
});
afterAll(async () => {
  await chain[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  result?: { nonce?: number; number?: number; status?: string };
  error?: { code: number; message: string; data?: string };
}

async function post(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(chain.url, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  const json = (await response.json()) as Answer;
  return { status: response.status, json };
}
const ask = async (method: string, params: unknown) =>
  (await post(JSON.stringify({ jsonrpc: "2.0", id: 7, method, params }))).json;
const register: Call = { call: "burned_register", netuid: 1, hotkey };
const sign = (nonce: number, call: Call = register, keypair: Keypair = owner, genesis = chain.genesisHash) =>
  signExtrinsic({ genesis, nonce, call }, keypair);
const nonce = async () => (await ask("account", { address: owner.address })).result?.nonce ?? -1;

test.each([
  ["what is not JSON", "{", -32_700, null],
  ["nothing", "", -32_700, null],
  ["a bare value", "7", -32_600, null],
  ["null", "null", -32_600, null],
  ["a batch", '[{"jsonrpc":"2.0","id":1,"method":"chain_head"}]', -32_600, null],
  ["another version", '{"jsonrpc":"1.0","id":1,"method":"chain_head"}', -32_600, 1],
  ["a notification", '{"jsonrpc":"2.0","method":"chain_head"}', -32_600, null],
  ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"chain_head"}', -32_600, null],
  ["an unknown method", '{"jsonrpc":"2.0","id":"a","method":"sudo"}', -32_601, "a"],
  ["a method of every object", '{"jsonrpc":"2.0","id":1,"method":"__proto__"}', -32_601, 1],
  ["too many params", '{"jsonrpc":"2.0","id":1,"method":"chain_head","params":{"x":1}}', -32_602, 1],
  ["params by place", '{"jsonrpc":"2.0","id":1,"method":"account","params":["x"]}', -32_602, 1],
  ["no params", '{"jsonrpc":"2.0","id":1,"method":"metagraph"}', -32_602, 1],
  ["a wrong address", '{"jsonrpc":"2.0","id":1,"method":"account","params":{"address":"5F"}}', -32_602, 1],
  ["another subnet", '{"jsonrpc":"2.0","id":1,"method":"metagraph","params":{"netuid":9}}', 1_010, 1],
])("%s gets a JSON-RPC error", async (_, body, code, id) => {
  const { status, json } = await post(body);
  expect(status).toBe(200);
  expect(json).toMatchObject({ jsonrpc: "2.0", id, error: { code } });
  expect(json.result).toBeUndefined();
});

test("what a page of a browser could send is refused, as is all but POST", async () => {
  expect((await post("{}", { "content-type": "text/plain" })).status).toBe(415);
  expect((await fetch(chain.url)).status).toBe(405);
  const rebound = connect(chain.port, "127.0.0.1");
  rebound.end(
    "POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
  );
  expect(await text(rebound)).toMatch(/^HTTP\/1.1 403/);
});

test("a body that is too large is refused, announced or not", async () => {
  expect((await post(" ".repeat(20_001))).status).toBe(413);
  const chunked = connect(chain.port, "127.0.0.1");
  chunked.on("error", () => {});
  chunked.write(
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  chunked.write(`7530\r\n${" ".repeat(30_000)}\r\n0\r\n\r\n`);
  expect(await text(chunked)).toMatch(/^HTTP\/1.1 413/);
});

test("who is too slow is cut off, and beyond the most connections nobody gets in", async () => {
  const sockets = Array.from({ length: 30 }, () => connect(chain.port, "127.0.0.1").on("error", () => {}));
  const ends = sockets.map(async (socket) => {
    socket.write(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    );
    const started = performance.now();
    const answer = await text(socket).catch(() => "");
    return { answer, ms: performance.now() - started };
  });
  const all = await Promise.all(ends);
  expect(all.filter(({ answer }) => answer === "").length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThan(5_000);
  expect((await ask("chain_head", {})).result?.number).toBe(0);
});

const flip = (signature: string) =>
  `${signature.slice(0, 10)}${signature[10] === "0" ? "1" : "0"}${signature.slice(11)}`;
const bad: [why: string, code: number, data: string | undefined, make: (good: Extrinsic) => unknown][] = [
  ["no signature", -32_602, undefined, ({ signature: _, ...unsigned }) => unsigned],
  ["an empty signature", -32_602, undefined, (good) => ({ ...good, signature: "0x" })],
  ["a wrong signature", 1_010, "BadSignature", (good) => ({ ...good, signature: flip(good.signature) })],
  [
    "zeros for a signature",
    1_010,
    "BadSignature",
    (good) => ({ ...good, signature: `0x${"00".repeat(64)}` }),
  ],
  ["another signer's name", 1_010, "BadSignature", (good) => ({ ...good, nonce: 0, signer: hotkey })],
  [
    "another call",
    1_010,
    "BadSignature",
    (good) => ({ ...good, call: { call: "trigger_epoch", netuid: 1 } }),
  ],
  ["another chain", 1_010, "BadGenesis", ({ nonce: at }) => sign(at, register, owner, "0".repeat(64))],
  ["a nonce that is not yet due", 1_010, "InvalidNonce", ({ nonce: at }) => sign(at + 1)],
  ["a negative nonce", -32_602, undefined, (good) => ({ ...good, nonce: -1 })],
  ["an unknown call", -32_602, undefined, (good) => ({ ...good, call: { call: "sudo" } })],
  ["one more member", -32_602, undefined, (good) => ({ ...good, tip: 1 })],
  [
    "an amount beyond u64",
    -32_602,
    undefined,
    (good) => ({ ...good, call: { call: "add_stake", netuid: 1, hotkey, amount: (1n << 64n).toString() } }),
  ],
  [
    "a stranger's call that would fail",
    1_010,
    "HotKeyNotRegisteredInSubNet",
    () =>
      sign(
        0,
        { call: "set_weights", netuid: 1, uids: [], weights: [], versionKey: 0 },
        developmentKeypair("Stranger"),
      ),
  ],
];
test.each(bad)("an extrinsic with %s is refused before any work", async (_, code, data, make) => {
  const before = await nonce();
  const { error, result } = await ask("submit", { extrinsic: make(sign(before)) });
  expect(result).toBeUndefined();
  expect(error?.code).toBe(code);
  expect(error?.data).toBe(data);
  expect(await nonce()).toBe(before);
});

test("the same bytes again are the same extrinsic; the same call signed anew finds its nonce taken", async () => {
  const first = sign(await nonce());
  const hash = extrinsicHash(first);
  expect((await ask("extrinsic_status", { hash })).result).toEqual({ status: "unknown" });
  for (const _ of [1, 2, 3])
    expect((await ask("submit", { extrinsic: first })).result).toEqual({ status: "pending" });
  expect((await ask("extrinsic_status", { hash })).result).toEqual({ status: "pending" });
  expect(await nonce()).toBe(first.nonce + 1);
  expect((await ask("submit", { extrinsic: sign(first.nonce) })).error?.data).toBe("InvalidNonce");
});

test("one signer cannot fill the pool", async () => {
  const start = await nonce();
  for (let at = start; at < 64; at += 1)
    expect((await ask("submit", { extrinsic: sign(at) })).result).toEqual({ status: "pending" });
  expect((await ask("submit", { extrinsic: sign(64) })).error).toMatchObject({
    code: 1_016,
    data: "PoolFull",
  });
});
