import { connect } from "node:net";
import { Readable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { silentLogger, systemClock } from "../platform/index.ts";
import {
  developmentKeypair,
  nextNonce,
  route,
  type SendOptions,
  type ServerLimits,
  type SignedServer,
  sendSigned,
  serveSigned,
  signRequest,
} from "./index.ts";

const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");
const eve = developmentKeypair("Eve");
const servers: SignedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

/** Bob's server, which counts how often work was done, and admits Alice alone. */
async function open(limits: Partial<ServerLimits> = {}) {
  const work: string[] = [];
  const server = await serveSigned({
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
        path: "/tree/:hash",
        handle: ({ parameters }) => {
          work.push(parameters.hash ?? "");
          return { status: 200, stream: Readable.from([Buffer.alloc(5000, 7)]) };
        },
      }),
      route({
        method: "GET",
        path: "/fail",
        handle: () => {
          throw new Error("secret of the server");
        },
      }),
    ],
  });
  servers.push(server);
  const send = (options: Partial<SendOptions> & { path?: string } = {}) =>
    sendSigned({
      url: `${server.origin}${options.path ?? "/echo"}`,
      method: "POST",
      body: { json: { text: "hello" } },
      keypair: alice,
      receiver: bob.address,
      timeoutMs: 10_000,
      maxBytes: 10_000,
      allowLoopback: server.origin,
      ...options,
    });
  return { server, work, send };
}

/** Write raw bytes to a server and read until it closes, or until `ms` have passed. */
function raw(port: number, text: string, ms = 3000): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(text));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    setTimeout(() => socket.destroy(), ms).unref();
  });
}

function head(fields: Record<string, string | number>, line = "POST /echo HTTP/1.1"): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [line, "Host: x", ...lines, "", ""].join("\r\n");
}

function signed(body: string, nonce = nextNonce(systemClock), keypair = alice) {
  return signRequest(
    { method: "POST", target: "/echo", body: Buffer.from(body), nonce, receiver: bob.address },
    keypair,
  );
}

const told = (sent: Awaited<ReturnType<typeof sendSigned>>) =>
  sent.ok ? [sent.status, (JSON.parse(sent.body.toString()) as { error?: string }).error] : sent;

test("a signed request from an admitted hotkey is answered", async () => {
  const { send, work } = await open();
  const sent = await send();
  expect(sent).toMatchObject({ ok: true, status: 202 });
  expect(sent.ok && JSON.parse(sent.body.toString())).toEqual({ text: "hello" });
  const tree = await send({ method: "GET", path: "/tree/ab%20c?x=1", body: new Uint8Array() });
  expect(tree.ok && tree.body.length).toBe(5000);
  expect(work).toEqual([alice.address, "ab c"]);
});

test("unsigned is refused, whatever the path", async () => {
  const { server, work } = await open();
  for (const line of ["POST /echo HTTP/1.1", "GET /nowhere HTTP/1.1"]) {
    const answer = await raw(server.port, head({ Connection: "close" }, line));
    expect(answer).toMatch(/^HTTP\/1.1 401 [\s\S]*\{"error":"unsigned"\}$/);
  }
  expect(work).toEqual([]);
});

test("a request for another receiver is refused", async () => {
  const { send, work } = await open();
  expect(told(await send({ receiver: eve.address }))).toEqual([401, "wrong-receiver"]);
  expect(work).toEqual([]);
});

test("stale and future requests are refused", async () => {
  const { send, work } = await open();
  const at = (lead: number) => ({ now: () => Date.now() + lead, sleep: systemClock.sleep });
  expect(told(await send({ clock: at(-11_000) }))).toEqual([401, "stale"]);
  expect(told(await send({ clock: at(5_000) }))).toEqual([401, "future"]);
  expect(work).toEqual([]);
});

test("a replayed request is refused and does nothing twice", async () => {
  const { server, work } = await open();
  const body = '{"text":"once"}';
  const text = head({ ...signed(body), "Content-Length": body.length, Connection: "close" }) + body;
  expect(await raw(server.port, text)).toMatch(/^HTTP\/1.1 202 /);
  expect(await raw(server.port, text)).toMatch(/^HTTP\/1.1 401 [\s\S]*"replayed"/);
  expect(work).toHaveLength(1);
});

test("a signature over another body, or by another key, is refused", async () => {
  const { server, work } = await open();
  const body = '{"text":"other"}';
  const headers = signed('{"text":"ordinary"}');
  const forged = { ...signed(body, undefined, eve), "X-Bittensor-Hotkey": alice.address };
  for (const fields of [headers, forged])
    expect(
      await raw(server.port, head({ ...fields, "Content-Length": body.length, Connection: "close" }) + body),
    ).toMatch(/^HTTP\/1.1 401 [\s\S]*"bad-signature"/);
  expect(work).toEqual([]);
});

test("an oversized body is refused by its declared length, before it is sent", async () => {
  const { server, work } = await open();
  const answer = await raw(server.port, head({ ...signed(""), "Content-Length": 1001 }));
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(work).toEqual([]);
});

test("an oversized body without a length is refused while it is read", async () => {
  const { server, work } = await open();
  const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
  const answer = await raw(
    server.port,
    head({ ...signed(""), "Transfer-Encoding": "chunked" }) + chunk.repeat(4),
  );
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(work).toEqual([]);
});

test("a peer that goes on sending after its refusal is cut off", async () => {
  const { server } = await open();
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(head({ "Transfer-Encoding": "chunked" }));
  const flood = setInterval(() => socket.write(`1000\r\n${"x".repeat(4096)}\r\n`), 5);
  await closed;
  clearInterval(flood);
  expect(socket.bytesWritten).toBeLessThan(3 * 1024 * 1024);
});

test("a slow body is refused in time", async () => {
  const { server, work } = await open({ bodyMs: 200 });
  const started = Date.now();
  const answer = await raw(server.port, `${head({ ...signed(""), "Content-Length": 100 })}{"te`);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(Date.now() - started).toBeLessThan(2500);
  expect(work).toEqual([]);
});

test("too many requests are refused, from one sender and in all", async () => {
  const one = await open({ perSenderPerSecond: 2 });
  const answers = [];
  for (let at = 0; at < 8; at += 1) answers.push(await one.send());
  expect(answers.filter((sent) => sent.ok && sent.status === 202).length).toBeLessThan(6);
  expect(answers.map(told).at(-1)).toEqual([429, "too-many"]);
  const all = await open({ perSecond: 1 });
  for (let at = 0; at < 5; at += 1) await all.send({ keypair: eve }); // a stranger uses nothing up
  const friends = [];
  for (let at = 0; at < 5; at += 1) friends.push(told(await all.send()));
  expect(friends[0]).not.toEqual([429, "too-many"]);
  expect(friends.at(-1)).toEqual([429, "too-many"]);
});

test("a hotkey that is not admitted is refused, and who only claims to be an admitted one is not believed", async () => {
  const { send, server, work } = await open();
  expect(told(await send({ keypair: eve }))).toEqual([403, "not-admitted"]);
  const fields = { ...signed("x"), "Content-Length": 1, Connection: "close" };
  expect(await raw(server.port, `${head(fields)}y`)).toMatch(/^HTTP\/1.1 401 /);
  expect(work).toEqual([]);
});

test("what is not JSON, or not of the schema, is refused", async () => {
  const { send, work } = await open();
  expect(told(await send({ body: Buffer.from("{") }))).toEqual([400, "bad-body"]);
  expect(told(await send({ body: Buffer.from([0xff, 0xfe]) }))).toEqual([400, "bad-body"]);
  expect(told(await send({ body: Buffer.from("[".repeat(900)) }))).toEqual([400, "bad-body"]);
  expect(told(await send({ body: { json: { text: 1 } } }))).toEqual([400, "bad-body"]);
  expect(work).toEqual([]);
});

test("unknown paths and methods are refused; a failing handler tells nothing", async () => {
  const { send } = await open();
  expect(told(await send({ path: "/nowhere" }))).toEqual([404, "no-route"]);
  expect(told(await send({ path: "/tree/abc" }))).toEqual([404, "no-route"]);
  const failed = await send({ method: "GET", path: "/fail", body: new Uint8Array() });
  expect(told(failed)).toEqual([500, "internal"]);
});

test("a port that is taken is one clear error", async () => {
  const { server } = await open();
  await expect(
    serveSigned({
      keypair: bob,
      port: server.port,
      routes: [],
      admit: () => true,
      clock: systemClock,
      logger: silentLogger,
    }),
  ).rejects.toMatchObject({ code: "cannot-listen" });
});
