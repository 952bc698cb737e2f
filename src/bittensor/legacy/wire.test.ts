import { createServer } from "node:http";
import { expect, test } from "vitest";
import { z } from "zod";
import { silentLogger, systemClock } from "../../platform/index.ts";
import { developmentKeypair } from "../derive.ts";
import type { ServerLimits } from "../gate.ts";
import { route } from "../route.ts";
import { type SendOptions, sendSigned } from "../sendSigned.ts";
import { serveSigned } from "../serveSigned.ts";
import { sendLegacy } from "./sendLegacy.ts";
import { sendWire } from "./sendWire.ts";
import { serveLegacy } from "./serveLegacy.ts";
import { serveWire } from "./serveWire.ts";

const alice = developmentKeypair("Alice");
const bob = developmentKeypair("Bob");

const served = (limits: Partial<ServerLimits> = {}) => ({
  ...{ keypair: bob, admit: () => true, clock: systemClock, logger: silentLogger, limits },
  routes: [
    route({
      ...{ method: "POST", path: "/echo", body: z.string() },
      handle: ({ body }) => ({ status: 202, json: { body } }),
    }),
    route({ method: "POST", path: "/lost", handle: () => ({ status: 404, json: { reason: "not here" } }) }),
  ],
});
const asking = (origin: string, path = "/echo"): SendOptions => ({
  ...{ url: origin + path, method: "POST", keypair: alice, receiver: bob.address },
  ...{ timeoutMs: 10_000, maxBytes: 10_000, allowLoopback: origin },
  ...(path === "/echo" ? { body: { json: "hello" } } : {}),
});
const status = (sent: Awaited<ReturnType<typeof sendSigned>>) => (sent.ok ? sent.status : sent.reason);

test("both ways are understood at one port where v10 is asked for, else btauth/1 alone", async () => {
  await using both = await serveWire({ ...served(), legacy: true });
  expect(status(await sendSigned(asking(both.origin)))).toBe(202);
  expect(status(await sendLegacy(asking(both.origin)))).toBe(202);
  await using today = await serveWire({ ...served(), legacy: false });
  expect(status(await sendSigned(asking(today.origin)))).toBe(202);
  expect(status(await sendLegacy(asking(today.origin)))).toBe(401);
});

test("who knocks at both doors gets no more", async () => {
  await using both = await serveWire({ ...served({ perSenderPerSecond: 2 }), legacy: true });
  const got = [];
  for (let n = 0; n < 4; n += 1)
    got.push(status(await sendSigned(asking(both.origin))), status(await sendLegacy(asking(both.origin))));
  expect(got.filter((one) => one === 202).length).toBeLessThan(6);
  expect(got.at(-1)).toBe(429);
});

test("a peer that speaks v10 alone is asked so, where that is wanted; its own 404 is an answer", async () => {
  await using old = await serveLegacy(served());
  expect(status(await sendWire({ ...asking(old.origin), legacy: true }))).toBe(202);
  expect(status(await sendWire({ ...asking(old.origin), legacy: false }))).toBe(404);
  await using today = await serveSigned(served());
  expect(status(await sendWire({ ...asking(today.origin), legacy: true }))).toBe(202);
});

test.each([
  ["our own", 404, '{"reason":"not here"}', 1],
  ["another status", 403, '{"message":"no"}', 1],
  ["no JSON", 404, "<html>", 1],
  ["an axon's", 404, '{"message":"Synapse name \'echo\' not found"}', 2],
])("an answer that is %s is taken for what it is", async (_, code, body, hits) => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.writeHead(code).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  expect(status(await sendWire({ ...asking(`http://127.0.0.1:${port}`), legacy: true }))).toBe(code);
  expect(paths).toEqual(["/echo", "/Taoception"].slice(0, hits));
  server.close();
});
