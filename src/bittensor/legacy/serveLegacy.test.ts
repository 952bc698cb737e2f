import { connect } from "node:net";
import { Readable } from "node:stream";
import { beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { silentLogger, systemClock } from "../../platform/index.ts";
import { developmentKeypair } from "../derive.ts";
import type { ServerLimits } from "../gate.ts";
import { nextNonce } from "../nonces.ts";
import { route } from "../route.ts";
import type { SendOptions } from "../sendSigned.ts";
import { post, underAnotherUuid, type Written, written } from "./sampleDendrite.ts";
import { sendLegacy } from "./sendLegacy.ts";
import { serveLegacy } from "./serveLegacy.ts";
import { UNCOVERED } from "./synapse.ts";

const checked = vi.hoisted(() => ({ signatures: 0 }));
vi.mock("../keys.ts", async (original) => {
  const keys = await original<typeof import("../keys.ts")>();
  const verifySignature: typeof keys.verifySignature = (...of) => {
    checked.signatures += 1;
    return keys.verifySignature(...of);
  };
  return { ...keys, verifySignature };
});
beforeEach(() => {
  checked.signatures = 0;
});

const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");
const eve = developmentKeypair("Eve");

/** Bob's server, which counts how often work was done, and admits Alice alone. */
async function open(limits: Partial<ServerLimits> = {}) {
  const work: string[] = [];
  const server = await serveLegacy({
    keypair: bob,
    admit: (hotkey) => hotkey === alice.address,
    clock: systemClock,
    logger: silentLogger,
    limits,
    routes: [
      route({
        method: "POST",
        path: "/echo",
        maxBytes: 1000,
        body: z.object({ text: z.string() }),
        handle: ({ sender, body }) => {
          work.push(sender);
          return { status: 202, json: { text: body.text } };
        },
      }),
      route({
        method: "GET",
        path: "/tree/:size",
        handle: ({ parameters }) => {
          work.push(parameters.size ?? "");
          return { status: 200, stream: Readable.from([Buffer.alloc(Number(parameters.size), 200)]) };
        },
      }),
    ],
  });
  const send = (options: Partial<SendOptions> & { path?: string } = {}) =>
    sendLegacy({
      ...{ url: `${server.origin}${options.path ?? "/echo"}`, method: "POST", keypair: alice },
      ...{ body: { json: { text: "hello" } }, receiver: bob.address },
      ...{ timeoutMs: 10_000, maxBytes: 10_000_000, allowLoopback: server.origin, ...options },
    });
  return { server, work, send, [Symbol.asyncDispose]: server[Symbol.asyncDispose] };
}
const changed = (of: Written, headers: Record<string, string | undefined>): Written => ({
  ...of,
  headers: Object.fromEntries(
    Object.entries({ ...of.headers, ...headers }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>,
});
const told = async (port: number, of: Written) => {
  const { status, answer } = await post(port, of);
  return [status, answer.message];
};

test("what is asked through v10 is answered as it would be by btauth/1", async () => {
  await using at = await open();
  const sent = await at.send();
  expect(sent.ok && [sent.status, JSON.parse(sent.body.toString())]).toEqual([202, { text: "hello" }]);
  const tree = await at.send({ method: "GET", path: "/tree/5000?x=%C3%BC", body: new Uint8Array() });
  expect(tree.ok && tree.body).toEqual(Buffer.alloc(5000, 200));
  expect(at.work).toEqual([alice.address, "5000"]);
  const missing = await at.send({ path: "/nowhere" });
  expect(missing).toMatchObject({ ok: true, status: 404 });
  expect(await at.send({ body: { json: { text: 1 } } })).toMatchObject({ ok: true, status: 400 });
  expect(await at.send({ body: { json: { text: "x".repeat(1000) } } })).toMatchObject({ status: 413 });
  const large = await at.send({ method: "GET", path: "/tree/8388609", body: new Uint8Array() });
  expect(large).toMatchObject({ ok: true, status: 503 });
});

test.each([
  ["empty", ""],
  ["missing", undefined],
  ["blank", " "],
  ["0x alone", "0x"],
  ["None", "None"],
  ["zero", `0x${"0".repeat(128)}`],
  ["another key's", `0x${Buffer.from(eve.sign(Buffer.from("x"))).toString("hex")}`],
])("a signature that is %s passes for nobody's (RaoFoundation/bittensor#3392)", async (_, signature) => {
  await using at = await open();
  const forged = changed(written(alice, bob.address), { bt_header_dendrite_signature: signature });
  expect((await told(at.server.port, forged))[0]).toBe(401);
  expect(at.work).toEqual([]);
});

test("a body that the signature does not cover is refused: with v10's own default, or left out", async () => {
  await using at = await open();
  const plain = written(alice, bob.address, { bodyHash: UNCOVERED }); // honestly signed, as v10 does it
  expect(await told(at.server.port, plain)).toEqual([401, "uncovered"]);
  const without = changed(written(alice, bob.address), { computed_body_hash: undefined });
  expect(await told(at.server.port, without)).toEqual([401, "malformed"]);
  const partly = written(alice, bob.address, { bodyHash: "ab".repeat(32) });
  expect(await told(at.server.port, partly)).toEqual([401, "wrong-body"]);
  expect(at.work).toEqual([]);
});

test("a request whose method, target or payload was changed is refused", async () => {
  await using at = await open();
  for (const change of [{ method: "GET" }, { target: "/echo?" }, { payload: '{"text":"hell0"}' }]) {
    const honest = written(alice, bob.address);
    const body = JSON.stringify({ ...JSON.parse(honest.body), ...change });
    expect(await told(at.server.port, { ...honest, body })).toEqual([401, "wrong-body"]);
    const hash = written(alice, bob.address, change).headers.computed_body_hash;
    const both = changed({ ...written(alice, bob.address), body }, { computed_body_hash: hash });
    expect(await told(at.server.port, both)).toEqual([401, "bad-signature"]);
  }
  // half a surrogate would have the hash of the replacement character
  const honest = written(alice, bob.address, { payload: '{"text":"\ufffd"}' });
  const other = { ...honest, body: honest.body.replace("\ufffd", "\\ud800") };
  expect(await told(at.server.port, other)).toEqual([400, "bad-body"]);
  expect(at.work).toEqual([]);
});

test("a replay is refused, also under a fresh process id", async () => {
  await using at = await open();
  const once = written(alice, bob.address);
  expect((await post(at.server.port, once)).status).toBe(200);
  expect(await told(at.server.port, once)).toEqual([401, "replayed"]);
  expect(await told(at.server.port, underAnotherUuid(once, null))).toEqual([401, "bad-signature"]);
  expect(await told(at.server.port, underAnotherUuid(once, alice))).toEqual([401, "replayed"]);
  expect(at.work).toHaveLength(1);
});

test("nonces that overtook one another count once each", async () => {
  await using at = await open();
  const [first, second] = [written(alice, bob.address), written(alice, bob.address)];
  expect((await post(at.server.port, second)).status).toBe(200);
  expect((await post(at.server.port, first)).status).toBe(200);
});

test("there is no room for nonces beyond the bound, and then nobody is let in", async () => {
  await using at = await open({ nonces: 8 }); // a quarter of them for one sender
  const answers = [];
  for (let n = 0; n < 4; n += 1) answers.push((await at.send()) as { status: number });
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 503, 503]);
});

test("what is refused by its headers costs no signature check, however much comes", async () => {
  await using at = await open();
  const far = (ms: number) => `${BigInt(Date.now() + ms) * 1_000_000n}`;
  const flood: [string, Written][] = [
    ["unsigned", changed(written(alice, bob.address), { bt_header_dendrite_signature: "" })],
    ["unsigned", changed(written(alice, bob.address), { bt_header_dendrite_hotkey: undefined })],
    ["malformed", changed(written(alice, bob.address), { bt_header_dendrite_nonce: "-1" })],
    ["malformed", changed(written(alice, bob.address), { bt_header_dendrite_uuid: undefined })],
    ["wrong-receiver", written(alice, eve.address)],
    ["not-admitted", written(eve, bob.address)],
    ["stale", written(alice, bob.address, { nonce: far(-60_000) })],
    ["future", written(alice, bob.address, { nonce: far(60_000) })],
    ["uncovered", written(alice, bob.address, { bodyHash: UNCOVERED })],
    ["no-route", { ...written(alice, bob.address), path: "/Other" }],
    ["no-route", { ...written(alice, bob.address), method: "PUT" }],
  ];
  for (let round = 0; round < 20; round += 1)
    for (const [code, of] of flood) expect((await told(at.server.port, of))[1]).toBe(code);
  expect(checked.signatures).toBe(0);
  expect((await at.send()).ok).toBe(true);
  expect(checked.signatures).toBe(1);
  expect(at.work).toHaveLength(1);
});

test("no body is read of anybody who has not signed", async () => {
  await using at = await open({ bodyMs: 30_000 });
  const { headers } = changed(written(alice, bob.address), {
    bt_header_dendrite_signature: `0x${"1".repeat(126)}80`,
  });
  const lines = Object.entries({ ...headers, host: "x", "content-length": "900" });
  const head = `POST /Taoception HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  const answer = await new Promise<string>((resolve) => {
    const socket = connect({ port: at.server.port, host: "127.0.0.1" }, () => socket.write(head));
    socket.once("data", (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
  });
  expect(answer).toMatch(/^HTTP\/1.1 401 /); // and no byte of the body was ever sent
});

test("limits hold: rates, sizes, slow bodies", async () => {
  await using rated = await open({ perSenderPerSecond: 1 });
  const statuses = [];
  for (let n = 0; n < 4; n += 1) statuses.push(await told(rated.server.port, written(alice, bob.address)));
  expect(statuses.at(-1)).toEqual([429, "too-many"]);
  await using all = await open({ perSecond: 1 });
  const strange = () =>
    changed(written(alice, bob.address), { bt_header_dendrite_nonce: nextNonce(systemClock) });
  const answers = [];
  for (let n = 0; n < 4; n += 1) answers.push((await told(all.server.port, strange()))[1]);
  expect(answers).toEqual(["bad-signature", "bad-signature", "too-many", "too-many"]);
  await using at = await open();
  const large = written(alice, bob.address, { payload: "x".repeat(40_000) });
  expect(await told(at.server.port, large)).toEqual([413, "too-large"]);
});

test("an answer that is no synapse is no answer", async () => {
  const { createServer } = await import("node:http");
  const answers = ["{}", "no JSON", '{"status":7,"reply":"","encoding":"text"}', '{"status":200,"reply":1}'];
  const server = createServer((_, response) => void response.end(answers.shift()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await using at = await open();
  const url = `http://127.0.0.1:${port}`;
  for (let n = 0; n < 4; n += 1)
    expect(await at.send({ url, allowLoopback: url })).toMatchObject({ ok: false, reason: "bad-answer" });
  server.close();
});
