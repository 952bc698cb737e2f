import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { type Clock, systemClock } from "../../platform/index.ts";
import { developmentKeypair } from "../derive.ts";
import { extrinsicHash, signExtrinsic, verifyExtrinsic } from "./extrinsic.ts";
import { openEmbedded } from "./openEmbedded.ts";
import type { Call, Extrinsic } from "./schema.ts";

const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");
const genesis = "a".repeat(64);
const head = { number: 3, genesis, hash: genesis, epoch: { index: 0, block: 0 } };
const register: Call = { call: "burned_register", netuid: 1, hotkey: bob.address };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A chain that answers as it is told: a function for each method; a string is sent as the whole body. */
async function fake(methods: Record<string, (parameters: { extrinsic: Extrinsic }) => unknown>) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { id, method, params } = JSON.parse(await text(request));
    asked.push(method);
    const answer = methods[method]?.(params);
    if (typeof answer === "string") return response.end(answer);
    const refused = typeof answer === "object" && answer !== null && "code" in answer;
    response.end(
      JSON.stringify({ jsonrpc: "2.0", id, ...(refused ? { error: answer } : { result: answer }) }),
    );
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
/** Sleeps are short, but are told. */
function hastyClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  const sleep: Clock["sleep"] = async (milliseconds, signal) => {
    slept.push(milliseconds);
    await systemClock.sleep(1, signal);
  };
  return { now: systemClock.now, sleep, slept };
}
const refusal = (data: string, code = 1_010) => ({ code, message: `refused: ${data}`, data });

test("an extrinsic is bound to its chain, signer, nonce and call", () => {
  const signed = signExtrinsic({ genesis, nonce: 4, call: register }, alice);
  expect(verifyExtrinsic(signed)).toBe(true);
  for (const change of [
    { genesis: "b".repeat(64) },
    { signer: bob.address },
    { nonce: 5 },
    { call: { ...register, netuid: 2 } },
    { signature: `0x${"0".repeat(128)}` },
  ])
    expect(verifyExtrinsic({ ...signed, ...change })).toBe(false);
  const again = signExtrinsic({ genesis, nonce: 4, call: register }, alice);
  expect(extrinsicHash(again)).not.toBe(extrinsicHash(signed)); // sr25519 signs with chance
  expect(extrinsicHash({ ...signed })).toBe(extrinsicHash(signed));
});

test("nobody there: tried for some seconds, then one clear error", async () => {
  const clock = hastyClock();
  await expect(openEmbedded({ url: "http://127.0.0.1:9", clock }).head()).rejects.toMatchObject({
    code: "chain-unreachable",
    retryable: true,
    message: "no chain answers at http://127.0.0.1:9",
  });
  expect(clock.slept).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400]);
});

test.each([
  ["no JSON", "<html>", "chain-unreachable"],
  ["no JSON-RPC", '{"ok":true}', "chain-unreadable"],
  ["another result", '{"jsonrpc":"2.0","id":1,"result":{"number":-1}}', "chain-unreadable"],
  ["an error of another shape", '{"jsonrpc":"2.0","id":1,"error":"no"}', "chain-unreadable"],
])("a node that answers with %s is not believed", async (_, body, code) => {
  const { url } = await fake({ chain_head: () => body });
  await expect(openEmbedded({ url, clock: hastyClock() }).head()).rejects.toMatchObject({ code });
});

test("a refused question is an error with the check's name, at once", async () => {
  const { url, asked } = await fake({ metagraph: () => refusal("SubnetNotExists") });
  await expect(openEmbedded({ url }).metagraph(9)).rejects.toMatchObject({
    code: "chain-refused",
    cause: "SubnetNotExists",
  });
  expect(asked).toEqual(["metagraph"]);
});

test("a taken nonce is asked for anew, a full pool is waited for, a lost extrinsic is sent again", async () => {
  const seen: Extrinsic[] = [];
  let nonce = 7;
  const submissions = [
    () => {
      nonce = 8;
      return refusal("InvalidNonce");
    },
    () => refusal("PoolFull", 1_016),
    () => ({ status: "pending" }),
    () => ({ status: "pending" }),
  ];
  const statuses = [
    { status: "pending" },
    { status: "unknown" },
    { status: "included", block: 12, error: null },
  ];
  const { url } = await fake({
    chain_head: () => head,
    account: () => ({ balance: "5", nonce }),
    submit: ({ extrinsic }) => {
      seen.push(extrinsic);
      return submissions.shift()?.();
    },
    extrinsic_status: () => statuses.shift(),
  });
  const done = await openEmbedded({ url, clock: hastyClock() }).register(
    { netuid: 1, hotkey: bob.address },
    alice,
  );
  const [first, ...rest] = seen;
  expect([first?.nonce, ...rest.map((extrinsic) => extrinsic.nonce)]).toEqual([7, 8, 8, 8]);
  expect(new Set(rest.map(extrinsicHash))).toEqual(new Set([done.hash]));
  expect(done.block).toBe(12);
  expect(seen.every(verifyExtrinsic)).toBe(true);
});

test("what the chain did not do, and what comes into no block, are errors", async () => {
  const answers = {
    chain_head: () => head,
    account: () => ({ balance: "5", nonce: 0 }),
    submit: () => ({ status: "pending" }),
  };
  const refusing = await fake({
    ...answers,
    extrinsic_status: () => ({ status: "included", block: 4, error: "NotSubnetOwner" }),
  });
  await expect(openEmbedded(refusing).triggerEpoch({ netuid: 1 }, alice)).rejects.toMatchObject({
    code: "chain-refused",
    cause: "NotSubnetOwner",
    message: "the chain refused trigger_epoch in block 4: NotSubnetOwner",
  });
  const stuck = await fake({ ...answers, extrinsic_status: () => ({ status: "pending" }) });
  const slow = openEmbedded({ ...stuck, includeMs: 30, pollMs: 5 });
  await expect(slow.triggerEpoch({ netuid: 1 }, alice)).rejects.toMatchObject({
    code: "chain-slow",
    retryable: true,
  });
});

test("calls of one signer go one after the other, those of two side by side, and a failure stops nobody", async () => {
  let open = 0;
  let most = 0;
  let count = 0;
  const { url } = await fake({
    chain_head: () => head,
    account: () => ({ balance: "5", nonce: 0 }),
    submit: () => {
      open += 1;
      most = Math.max(most, open);
      return { status: "pending" };
    },
    extrinsic_status: () => {
      open -= 1;
      count += 1;
      return { status: "included", block: 1, error: count === 1 ? "AmountTooLow" : null };
    },
  });
  const chain = openEmbedded({ url, pollMs: 5 });
  const stake = (signer: typeof alice) =>
    chain.addStake({ netuid: 1, hotkey: bob.address, amount: 1n }, signer);
  const ended = await Promise.allSettled([stake(alice), stake(alice), stake(alice)]);
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(most).toBe(1);
  await Promise.all([stake(alice), stake(bob)]);
});

test("an aborted signal ends every wait", async () => {
  const stop = new AbortController();
  const { url } = await fake({ chain_head: () => head });
  const waiting = openEmbedded({ url, signal: stop.signal }).untilEpoch(1, 5);
  setTimeout(() => stop.abort(new Error("enough")), 30);
  await expect(waiting).rejects.toThrow();
  await expect(openEmbedded({ url, signal: stop.signal }).head()).rejects.toThrow("enough");
});
