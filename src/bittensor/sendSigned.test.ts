import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { isPublicAddress } from "../platform/index.ts";
import { developmentKeypair, nextNonce, type SendOptions, sendSigned } from "./index.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const send = (url: string, options: Partial<SendOptions> = {}) =>
  sendSigned({
    url,
    method: "GET",
    keypair: developmentKeypair("Alice"),
    receiver: developmentKeypair("Bob").address,
    timeoutMs: 3000,
    maxBytes: 1000,
    allowLoopback: new URL(url).origin,
    ...options,
  });

test.each([
  "http://127.0.0.1:80/",
  "http://127.1/",
  "http://0x7f000001/",
  "http://2130706433/",
  "http://0.0.0.0/",
  "http://10.1.2.3/",
  "http://192.168.1.1/",
  "http://172.31.0.1/",
  "http://169.254.169.254/latest/meta-data/",
  "http://100.100.100.200/",
  "http://[::1]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://[fe80::1]/",
  "http://[fd00::1]/",
  "http://[2002:7f00:1::]/",
  "http://localhost:80/",
  "http://user:word@93.184.216.34/",
  "ftp://93.184.216.34/",
  "file:///etc/passwd",
  "nonsense",
])("%s is no address for a stranger", async (url) => {
  const sent = await sendSigned({
    url,
    method: "GET",
    keypair: developmentKeypair("Alice"),
    receiver: developmentKeypair("Bob").address,
    timeoutMs: 3000,
    maxBytes: 1000,
    allowLoopback: "http://127.0.0.1:81",
  });
  expect(sent).toMatchObject({ ok: false, reason: "bad-address" });
});

test("addresses of the open internet are open", () => {
  for (const address of ["93.184.216.34", "1.1.1.1", "2606:4700::1111"])
    expect(isPublicAddress(address)).toBe(true);
});

test("a redirect is an answer, not a way", async () => {
  let hits = 0;
  const origin = await serve((_, response) => {
    hits += 1;
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  expect(await send(origin)).toMatchObject({ ok: true, status: 302 });
  expect(hits).toBe(1);
});

test("an answer that is too large is cut off", async () => {
  const origin = await serve((_, response) => {
    const flood = setInterval(() => response.write(Buffer.alloc(600)), 1);
    response.on("close", () => clearInterval(flood));
  });
  expect(await send(origin)).toMatchObject({ ok: false, reason: "too-large" });
});

test("an answer that does not end is cut off", async () => {
  const origin = await serve((_, response) => void response.write("x"));
  const started = Date.now();
  expect(await send(origin, { timeoutMs: 200 })).toMatchObject({ ok: false, reason: "timed-out" });
  expect(Date.now() - started).toBeLessThan(2000);
});

test("an answer that breaks off, and a closed port, are unreachable", async () => {
  const origin = await serve((_, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("x", () => response.destroy());
  });
  expect(await send(origin)).toMatchObject({ ok: false, reason: "unreachable" });
  expect(await send("http://127.0.0.1:1")).toMatchObject({ ok: false, reason: "unreachable" });
});

test("an abort ends the request by throwing", async () => {
  const origin = await serve(() => {});
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error("enough")), 50);
  await expect(send(origin, { signal: abort.signal })).rejects.toThrow("enough");
});

test("nonces grow, even when the clock stands or goes back", () => {
  let now = 1000;
  const clock = { now: () => now, sleep: async () => {} };
  const nonces = [nextNonce(clock), nextNonce(clock)];
  now = 500;
  nonces.push(nextNonce(clock));
  expect(nonces.map(BigInt).every((nonce, at) => at === 0 || nonce > BigInt(nonces[at - 1] ?? 0))).toBe(true);
});
