import { expect, test, vi } from "vitest";
import { silentLogger, systemClock } from "../platform/index.ts";
import { developmentKeypair, nextNonce, type Replays, route, serveSigned, signRequest } from "./index.ts";

const spied = vi.hoisted(() => ({ signatures: 0, stores: [] as Replays[] }));
vi.mock("./keys.ts", async (original) => {
  const keys = await original<typeof import("./keys.ts")>();
  const verifySignature: typeof keys.verifySignature = (...of) => {
    spied.signatures += 1;
    return keys.verifySignature(...of);
  };
  return { ...keys, verifySignature };
});
vi.mock("./replays.ts", async (original) => {
  const replays = await original<typeof import("./replays.ts")>();
  const openReplays = (capacity?: number) => {
    const store = replays.openReplays(capacity);
    spied.stores.push(store);
    return store;
  };
  return { ...replays, openReplays };
});

const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");
const eve = developmentKeypair("Eve");

test("a flood of what is unsigned, stale, meant for others or a stranger's costs no signature check and no memory", async () => {
  await using server = await serveSigned({
    ...{ keypair: bob, admit: (hotkey) => hotkey === alice.address },
    ...{ clock: systemClock, logger: silentLogger },
    routes: [route({ method: "POST", path: "/echo", handle: () => ({ status: 200, json: {} }) })],
  });
  const signed = (change: { nonce?: string; receiver?: string } = {}, by = alice) => {
    const request = { method: "POST", target: "/echo", body: new Uint8Array(), receiver: bob.address };
    return signRequest({ ...request, nonce: nextNonce(systemClock), ...change }, by);
  };
  const far = (ms: number) => `${BigInt(Date.now() + ms) * 1_000_000n}`;
  const flood: [string, Record<string, string>][] = [
    ["unsigned", {}],
    ["malformed", { ...signed(), "X-Bittensor-Signature": "" }],
    ["malformed", { ...signed(), "X-Bittensor-Version": "2" }],
    ["malformed", { ...signed(), "X-Bittensor-Crypto": "ed25519" }],
    ["wrong-receiver", signed({ receiver: eve.address })],
    ["stale", signed({ nonce: far(-60_000) })],
    ["future", signed({ nonce: far(60_000) })],
    ["not-admitted", signed({}, eve)],
  ];
  const post = async (headers: Record<string, string>, path = "/echo") => {
    const answer = await fetch(server.origin + path, { method: "POST", headers });
    return ((await answer.json()) as { error?: string }).error;
  };
  for (let round = 0; round < 100; round += 1)
    for (const [code, headers] of flood) expect(await post(headers)).toBe(code);
  expect(await post(signed(), "/nowhere")).toBe("no-route");
  expect([spied.signatures, ...spied.stores.map(({ size }) => size)]).toEqual([0, 0]);
  // and nobody honest was shut out by it
  expect(await post(signed())).toBeUndefined();
  expect([spied.signatures, ...spied.stores.map(({ size }) => size)]).toEqual([1, 1]);
  // what is signed by a stranger to the text costs a check and leaves nothing
  expect(await post({ ...signed(), "X-Bittensor-Nonce": nextNonce(systemClock) })).toBe("bad-signature");
  expect([spied.signatures, ...spied.stores.map(({ size }) => size)]).toEqual([2, 1]);
});
