import { expect, test } from "vitest";
import { developmentKeypair, openReplays, signRequest, verifyRequest, verifySignature } from "./index.ts";

const nonce = "1752076800000000000";
const nowMs = 1752076800000;
const bob = developmentKeypair("Bob");
const alice = developmentKeypair("Alice");
const golden = {
  method: "POST",
  target: "/generate?stream=false",
  body: Buffer.from('{"prompt": "hello"}'),
  nonce,
  receiver: bob.address,
};

/** Headers as a server sees them, for a request changed by `change` after it was signed. */
function received(
  change: Partial<typeof golden> = {},
  headers: Record<string, string | undefined> = {},
  keypair = alice,
) {
  const signed = Object.entries({ ...signRequest(golden, keypair), ...headers })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.toLowerCase(), value]);
  return { ...golden, ...change, headers: Object.fromEntries(signed) as Record<string, string> };
}
const check = (request: ReturnType<typeof received>, options = {}) =>
  verifyRequest(request, { receiver: bob.address, replays: openReplays(), nowMs, ...options });

test("development keys and addresses are the ones that everybody knows", () => {
  expect(alice.address).toBe("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
  expect(bob.address).toBe("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");
  expect(developmentKeypair("Alice", "ed25519").address).toBe(
    "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu",
  );
});

test("the golden request has the golden ed25519 signature", () => {
  const keypair = developmentKeypair("Alice", "ed25519");
  const headers = signRequest(golden, keypair);
  expect(headers).toMatchObject({
    "X-Bittensor-Crypto": "ed25519",
    "X-Bittensor-Signature":
      "0x1a6b631988bf1f7ea093ab9d5acf61f05c316d0b0e428b24b487b75a5f6ee0e1a56a26918fdf871b6cf09437e6588023a4ce423cf622621b2a7feee17612f704",
  });
  expect(check(received({}, {}, keypair), { scheme: "ed25519" })).toMatchObject({ ok: true });
});

test("a signed request is believed once", () => {
  const replays = openReplays();
  expect(check(received(), { replays })).toEqual({ ok: true, sender: alice.address, nonce });
  expect(check(received(), { replays })).toEqual({ ok: false, code: "replayed" });
});

test.each([
  ["unsigned", received({}, { "X-Bittensor-Signature": undefined })],
  ["unsigned", received({}, { "X-Bittensor-Hotkey": undefined })],
  ["malformed", received({}, { "X-Bittensor-Version": "2" })],
  ["malformed", received({}, { "X-Bittensor-Signature": "" })],
  ["malformed", received({}, { "X-Bittensor-Signature": "0x00" })],
  ["malformed", received({}, { "X-Bittensor-Hotkey": `${alice.address.slice(0, -1)}Z` })],
  ["malformed", received({}, { "X-Bittensor-Nonce": "0x10" })],
  ["malformed", received({}, { "X-Bittensor-Nonce": `${nonce}, ${nonce}` })],
  ["malformed", received({}, { "X-Bittensor-Crypto": "ed25519" })],
  ["malformed", received({}, { "X-Bittensor-Crypto": "none" })],
  ["wrong-receiver", received({}, { "X-Bittensor-Receiver": alice.address })],
  ["wrong-receiver", received({}, { "X-Bittensor-Receiver": undefined })],
  ["wrong-receiver", received({}, { "X-Bittensor-Receiver": "-" })],
  ["bad-signature", received({ body: Buffer.from('{"prompt": "hell0"}') })],
  ["bad-signature", received({ target: "/generate?stream=true" })],
  ["bad-signature", received({ method: "PUT" })],
  ["bad-signature", received({}, { "X-Bittensor-Hotkey": bob.address })],
  ["bad-signature", received({}, { "X-Bittensor-Nonce": "1752076800000000001" })],
  ["bad-signature", received({}, { "X-Bittensor-Signature": `0x${"0".repeat(128)}` })],
  ["bad-signature", received({}, { "X-Bittensor-Signature": `0x${"f".repeat(128)}` })],
])("%s", (code, request) => {
  const replays = openReplays();
  expect(check(request, { replays })).toEqual({ ok: false, code });
  expect(replays.size).toBe(0);
});

test("age counts to ten seconds, lead to two", () => {
  expect(check(received(), { nowMs: nowMs + 10_000 })).toMatchObject({ ok: true });
  expect(check(received(), { nowMs: nowMs + 10_001 })).toEqual({ ok: false, code: "stale" });
  expect(check(received(), { nowMs: nowMs - 2_000 })).toMatchObject({ ok: true });
  expect(check(received(), { nowMs: nowMs - 2_001 })).toEqual({ ok: false, code: "future" });
});

test("a full replay store refuses, and takes again what no longer counts", () => {
  const replays = openReplays(4);
  for (const name of ["a", "b", "c", "d"]) expect(replays.add(name, "1", 100, 0)).toBe("fresh");
  expect(replays.add("e", "1", 100, 50)).toBe("full");
  expect(check(received(), { replays, nowMs })).toMatchObject({ ok: true }); // the four are long outdated
  expect(openReplays(4).size).toBe(0);
});

test("one sender cannot fill the store for all", () => {
  const replays = openReplays(8);
  expect([1, 2, 3].map((at) => replays.add("a", `${at}`, 100, 0))).toEqual(["fresh", "fresh", "full"]);
  expect(replays.add("b", "1", 100, 0)).toBe("fresh");
});

test("malformed keys and signatures are false, however many come, and good ones still hold", () => {
  const message = Buffer.from("message");
  const signature = alice.sign(message);
  const identity = "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM";
  const marked = new Uint8Array(64).fill(255);
  const zero = Uint8Array.from({ length: 64 }, (_, at) => (at === 63 ? 128 : 0));
  for (let round = 0; round < 3000; round += 1) {
    expect(verifySignature("sr25519", message, marked, alice.address)).toBe(false);
    expect(verifySignature("sr25519", message, zero, identity)).toBe(false);
    expect(verifySignature("sr25519", message, signature.subarray(1), alice.address)).toBe(false);
  }
  expect(verifySignature("sr25519", message, signature, alice.address)).toBe(true);
});
