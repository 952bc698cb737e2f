import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  developmentKeypair,
  openReplays,
  route,
  type Scheme,
  sendSigned,
  serveSigned,
  signRequest,
  verifyRequest,
} from "../../src/bittensor/index.ts";
import { silentLogger, systemClock } from "../../src/platform/index.ts";
import { hashBytes, signedText } from "../../src/protocol/index.ts";
import { testBeside } from "./parity.ts";

interface Vector {
  scheme: Scheme;
  method: string;
  target: string;
  body: string;
  nonce: string;
  text: string;
  headers: Record<string, string>;
}
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../vectors/btauth.json", import.meta.url), "utf8"),
);
const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");
const eve = developmentKeypair("Eve");
const lower = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

test.each(vectors.map((vector) => [`${vector.scheme} ${vector.method} ${vector.target}`, vector] as const))(
  "what Bittensor signed is believed once, and changed never: %s",
  (_, vector) => {
    const { scheme, method, target, nonce, text, headers } = vector;
    const body = Buffer.from(vector.body, "base64");
    const keypair = developmentKeypair("Alice", scheme);
    const request = { method, target, body, nonce, receiver: bob.address };
    expect(signedText({ ...request, bodyHash: hashBytes(body), sender: keypair.address, scheme })).toBe(text);

    const replays = openReplays();
    const check = (change: object = {}) =>
      verifyRequest(
        { ...request, headers: lower(headers), ...change },
        { receiver: bob.address, scheme, replays, nowMs: Number(BigInt(nonce) / 1_000_000n) },
      );
    expect(check({ body: Buffer.concat([body, Buffer.from(" ")]) })).toMatchObject({ code: "bad-signature" });
    expect(check({ target: `${target}&` })).toMatchObject({ code: "bad-signature" });
    expect(check()).toEqual({ ok: true, sender: keypair.address, nonce });
    expect(check()).toMatchObject({ code: "replayed" });

    const ours = signRequest(request, keypair);
    const { "X-Bittensor-Signature": theirSignature, ...others } = headers;
    const { "X-Bittensor-Signature": ourSignature, ...ourOthers } = ours;
    expect(ourOthers).toEqual(others);
    // ed25519 has one signature for a message, sr25519 a new one each time
    if (scheme === "ed25519") expect(ourSignature).toBe(theirSignature);
  },
);

testBeside("sdk", "btauth.py", "requests of bittensor 11 are answered here", async ({ ask }) => {
  const heard: unknown[] = [];
  await using server = await serveSigned({
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
          return { status: 200, json: body };
        },
      }),
    ],
  });
  const question = {
    ...{ do: "send", port: server.port, uri: "//Alice", receiver: bob.address },
    ...{ method: "POST", path: "/echo/a%20b?x=%C3%BC", text: '{"text": "grüße"}' },
  };
  expect(await ask(question)).toMatchObject({ status: 200, text: '{"text":"grüße"}' });
  expect(heard).toEqual([{ sender: alice.address, text: "grüße", name: "a b" }]);
  expect(await ask({ ...question, uri: "//Eve" })).toMatchObject({ status: 403 });
  expect(await ask({ ...question, receiver: null })).toMatchObject({
    ...{ status: 401, text: '{"error":"wrong-receiver"}' },
  });
  expect(await ask({ ...question, receiver: eve.address })).toMatchObject({ status: 401 });
  expect(heard).toHaveLength(1);
});

testBeside("sdk", "btauth.py", "our requests are believed by bittensor 11", async ({ ask }) => {
  const { port } = await ask({ do: "serve", uri: "//Bob" });
  const origin = `http://127.0.0.1:${port}`;
  const send = async (change: object = {}) => {
    const sent = await sendSigned({
      ...{ url: `${origin}/a%20b?x=%C3%BC`, method: "POST", keypair: alice, receiver: bob.address },
      ...{ body: { json: { text: "grüße" } }, timeoutMs: 10_000, maxBytes: 10_000, allowLoopback: origin },
      ...change,
    });
    if (!sent.ok) throw new Error(sent.detail);
    return { status: sent.status, ...JSON.parse(sent.body.toString()) };
  };
  const body = Buffer.from('{"text":"grüße"}').toString("base64");
  expect(await send()).toEqual({ status: 200, sender: alice.address, body });
  expect(await send({ method: "GET", body: undefined })).toMatchObject({ status: 200, body: "" });
  expect(await send({ receiver: eve.address })).toEqual({ status: 401, error: "WrongReceiver" });
  const late = { now: () => Date.now() - 11_000, sleep: systemClock.sleep };
  expect(await send({ clock: late })).toEqual({ status: 401, error: "StaleRequest" });

  const heard: { headers: Record<string, string>; body: string }[] = [];
  await using relay = await recorder(heard);
  await sendSigned({
    ...{ url: `${relay.origin}/echo`, method: "POST", keypair: alice, receiver: bob.address },
    ...{ body: { json: 1 }, timeoutMs: 10_000, maxBytes: 10_000, allowLoopback: relay.origin },
  });
  const [one] = heard;
  if (!one) throw new Error("nothing was sent");
  const again = async (text: string) => {
    const options = { method: "POST", headers: one.headers, body: text };
    return (await fetch(`${origin}/echo`, options)).json();
  };
  expect(await again("2")).toEqual({ error: "BadSignature" });
  expect(await again(one.body)).toMatchObject({ sender: alice.address });
  expect(await again(one.body)).toEqual({ error: "ReplayedRequest" });
});

/** A server that keeps the signed headers and bodies of what comes. */
async function recorder(heard: { headers: Record<string, string>; body: string }[]) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const signed = Object.entries(request.headers).filter(([name]) => name.startsWith("x-bittensor-"));
    heard.push({ headers: Object.fromEntries(signed) as Record<string, string>, body });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
