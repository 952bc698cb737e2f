import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import { developmentKeypair, route, sendLegacy, sendWire, serveLegacy } from "../../src/bittensor/index.ts";
import { openMiner } from "../../src/miner/miner.ts";
import { openSampleValidator } from "../../src/miner/sampleValidator.ts";
import { silentLogger, systemClock } from "../../src/platform/index.ts";
import { openSandbox } from "../../src/sandbox/index.ts";
import { openSender } from "../../src/validator/neurons.ts";
import { testBeside } from "./parity.ts";

const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");
const eve = developmentKeypair("Eve");

testBeside("v10", "v10.py", "the dendrite of bittensor 10.5.0 is answered here", async ({ ask }) => {
  const heard: unknown[] = [];
  await using server = await serveLegacy({
    keypair: bob,
    admit: (hotkey) => hotkey === alice.address,
    clock: systemClock,
    logger: silentLogger,
    routes: [
      route({
        method: "POST",
        path: "/echo/:name",
        body: z.object({ text: z.string() }),
        handle: ({ sender, body, parameters }) => {
          heard.push({ sender, ...body, ...parameters });
          return { status: 202, json: body };
        },
      }),
      route({
        method: "GET",
        path: "/bytes",
        handle: () => ({ status: 200, bytes: Buffer.from([0, 200, 255]) }),
      }),
    ],
  });
  const question = {
    ...{ do: "call", port: server.port, uri: "//Alice", receiver: bob.address },
    ...{ method: "POST", target: "/echo/a%20b?x=%C3%BC", payload: '{"text": "grüße 😀"}' },
  };
  expect(await ask(question)).toMatchObject({
    ...{ success: true, code: 200, message: "Success" },
    ...{ status: 202, reply: '{"text":"grüße 😀"}', encoding: "text", axon: { hotkey: bob.address } },
  });
  expect(heard).toEqual([{ sender: alice.address, text: "grüße 😀", name: "a b" }]);
  expect(await ask({ ...question, method: "GET", target: "/bytes", payload: "" })).toMatchObject({
    ...{ success: true, status: 200, reply: "AMj/", encoding: "base64" },
  });
  const refused = async (change: object) => {
    const { success, code, message } = await ask({ ...question, ...change });
    return [success, code, message];
  };
  expect(await refused({ uri: "//Eve" })).toEqual([false, 403, "not-admitted"]);
  expect(await refused({ receiver: eve.address })).toEqual([false, 401, "wrong-receiver"]);
  expect(await refused({ do: "plain" })).toEqual([false, 401, "uncovered"]);
  expect(await ask({ ...question, target: "/nowhere" })).toMatchObject({ success: true, status: 404 });
  expect(heard).toHaveLength(1);
});

testBeside("v10", "v10.py", "our requests are answered by the axon of bittensor 10.5.0", async ({ ask }) => {
  const port = await freePort();
  await ask({ do: "serve", uri: "//Bob", port });
  const origin = `http://127.0.0.1:${port}`;
  const send = async (change: object = {}) => {
    const sent = await sendLegacy({
      ...{ url: `${origin}/a%20b?x=%C3%BC`, method: "POST", keypair: alice, receiver: bob.address },
      ...{ body: { json: { text: "grüße 😀" } }, timeoutMs: 10_000, maxBytes: 10_000 },
      ...{ allowLoopback: origin, ...change },
    });
    return sent.ok ? { status: sent.status, ...JSON.parse(sent.body.toString()) } : sent;
  };
  for (let tries = 0; tries < 50; tries += 1) {
    const { reason } = await send();
    if (reason !== "unreachable") break;
    await systemClock.sleep(100); // it begins to listen in a thread of its own
  }
  expect(await send()).toEqual({
    ...{ status: 202, sender: alice.address, payload: '{"text":"grüße 😀"}' },
  });
  expect(await send({ method: "GET", body: undefined })).toMatchObject({ status: 202, payload: "" });
  // a neuron of today finds out by itself that it speaks to an axon
  const found = { url: `${origin}/echo`, method: "POST", keypair: alice, receiver: bob.address } as const;
  const limits = { timeoutMs: 10_000, maxBytes: 10_000, allowLoopback: origin };
  const asked = { ...found, ...limits, body: { json: 1 } };
  expect(await sendWire({ ...asked, legacy: true })).toMatchObject({ ok: true, status: 202 });
  expect(await sendWire({ ...asked, legacy: false })).toMatchObject({ ok: true, status: 404 });
  // what it answers by itself: signed for another, and too old
  expect(await send({ receiver: eve.address })).toMatchObject({
    ...{ status: 401, message: expect.stringContaining("Signature mismatch") },
  });
  const late = { now: () => Date.now() - 30_000, sleep: systemClock.sleep };
  expect(await send({ clock: late })).toMatchObject({ status: 401 });
  expect(await send({ url: `${origin}/garbage` })).toMatchObject({ ok: false, reason: "bad-answer" });
});

testBeside(
  "v10",
  "v10.py",
  "our miner is challenged by that dendrite, and our validator asks that axon",
  async ({ ask }) => {
    const folder = await mkdtemp(join(tmpdir(), "v10-"));
    await using validator = await openSampleValidator(join(folder, "validator"), bob);
    await using sandbox = await openSandbox();
    await mkdir(join(folder, "layer"));
    const miner = await openMiner(
      {
        ...{ keypair: bob, home: join(folder, "home"), host: "127.0.0.1", port: 0, minStake: 1n },
        ...{ local: true, permit: false, legacy: true, atOnce: 1 },
      },
      {
        agent: { name: "quick", solve: async () => ({ status: "patch", patch: "a patch", trajectory: [] }) },
        ...{ budget: { candidates: 1 }, layerOf: async () => ({ folder: join(folder, "layer") }), sandbox },
      },
      { metagraph: validator.metagraph, clock: systemClock, logger: silentLogger },
    );
    const challenge = validator.challenge();
    const question = {
      ...{ do: "call", port: miner.port, uri: "//Alice", receiver: bob.address },
      ...{ method: "POST", target: "/challenge", payload: JSON.stringify(challenge) },
    };
    expect(await ask({ ...question, uri: "//Eve" })).toMatchObject({ success: false, code: 403 });
    expect(await ask(question)).toMatchObject({ success: true, status: 202, reply: '{"reason":"accepted"}' });
    await miner.idle();
    expect(validator.heard.map(({ path }) => path)).toEqual(["commit", "reveal"]);
    await miner[Symbol.asyncDispose]();

    const port = await freePort();
    await ask({ do: "serve", uri: "//Bob", port });
    const sender = (legacy: boolean) =>
      openSender(alice, { local: true, legacy, clock: systemClock, signal: new AbortController().signal });
    const axon = { hotkey: bob.address, url: `http://127.0.0.1:${port}` };
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await sender(true)(axon, challenge)) === null) break;
      await systemClock.sleep(100); // it begins to listen in a thread of its own
    }
    expect(await sender(true)(axon, challenge)).toBeNull();
    expect(await sender(false)(axon, challenge)).toMatch(/^answered 404/);
    await rm(folder, { recursive: true });
  },
);

/** A port that nobody has at this moment: v10 cannot be given 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
