import type dns from "node:dns";
import { createServer, type RequestListener } from "node:http";
import type { LookupFunction } from "node:net";
import { expect, test, vi } from "vitest";
import { isPublicAddress } from "../platform/index.ts";
import { developmentKeypair, type SendOptions, sendLegacy, sendSigned, sendWire } from "./index.ts";

const names = vi.hoisted(() => ({
  of: {} as Record<string, { address: string; family: number }[]>,
  asked: 0,
}));
vi.mock("node:dns", async (original) => {
  const real = await original<typeof dns>();
  const lookup = ((name, options, callback) => {
    const found = names.of[name];
    if (!found) return callback(Object.assign(new Error("unknown"), { code: "ENOTFOUND" }), "");
    if (options.all) return callback(null, found);
    callback(null, found[0]?.address ?? "", found[0]?.family);
  }) as LookupFunction;
  return { ...real, default: { ...real, lookup }, lookup };
});

const options = (url: string): SendOptions => ({
  ...{ url, method: "POST", keypair: developmentKeypair("Alice"), timeoutMs: 1_000, maxBytes: 1_000 },
  receiver: developmentKeypair("Bob").address,
});
const ways = [
  ["btauth/1", sendSigned],
  ["v10", sendLegacy],
  ["both", (of: SendOptions) => sendWire({ ...of, legacy: true })],
] as const;

/** Every spelling under which a stranger may name a place that is none of its business. */
const near = [
  ["loopback", ["127.0.0.1", "127.255.255.254", "127.1", "0x7f.1", "0177.0.0.1", "017700000001", "[::1]"]],
  ["nowhere", ["0.0.0.0", "0", "0.1.2.3", "[::]", "255.255.255.255"]],
  [
    "private",
    ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "[fd12::1]", "[fec0::1]"],
  ],
  ["link-local", ["169.254.0.1", "[fe80::1]", "[febf::1]"]],
  [
    "metadata",
    [
      ...["169.254.169.254", "0xa9fea9fe", "2852039166", "169.254.170.2", "[fd00:ec2::254]"],
      ...["[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "100.100.100.200", "192.0.0.192"],
    ],
  ],
  [
    "version 4 within 6",
    [
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::127.0.0.1]",
      "[64:ff9b::a9fe:a9fe]",
      "[2002:a00:1::]",
      "[2001:0:a00:1::]",
    ],
  ],
  ["multicast", ["224.0.0.1", "239.1.1.1", "[ff02::1]"]],
] as const;

test.each(ways.flatMap(([way, send]) => near.map(([kind, hosts]) => [way, kind, send, hosts] as const)))(
  "%s: no stranger leads us to %s",
  async (_, __, send, hosts) => {
    for (const host of hosts) {
      const sent = await send(options(`http://${host}:8091/challenge`));
      expect([host, sent.ok || sent.reason]).toEqual([host, "bad-address"]);
    }
  },
);

test.each(ways)(
  "%s: a name that leads near is refused, also when only one of its addresses does",
  async (_, send) => {
    const open = { address: "93.184.216.34", family: 4 };
    names.of = {
      "near.example": [{ address: "169.254.169.254", family: 4 }],
      "mixed.example": [open, { address: "10.0.0.1", family: 4 }],
      "mapped.example": [{ address: "::ffff:127.0.0.1", family: 6 }],
      "linklocal.example": [{ address: "fe80::1", family: 6 }],
      "empty.example": [],
    };
    for (const name of Object.keys(names.of)) {
      const sent = await send(options(`http://${name}:8091/challenge`));
      expect([name, sent.ok || sent.reason]).toEqual([name, "bad-address"]);
    }
  },
);

test("a name is looked up once: what was checked is what is spoken to", async () => {
  let answers = 0;
  await using server = await serve((_, response) => {
    answers += 1;
    response.end();
  });
  // bound anew between check and use: at first an address that is open and nobody's, then the server here
  let asked = 0;
  names.of = {
    get "rebound.example"() {
      asked += 1;
      const [address, family] = asked === 1 ? ["3ffe::1", 6] : ["127.0.0.1", 4];
      return [{ address: String(address), family: Number(family) }];
    },
  };
  const sent = await sendSigned(options(`http://rebound.example:${server.port}/`));
  expect(sent).toMatchObject({ ok: false, reason: expect.stringMatching(/^(unreachable|timed-out)$/) });
  expect([asked, answers]).toEqual([1, 0]);
});

test.each(ways)("%s: a redirect from a miner leads nowhere", async (_, send) => {
  let inside = 0;
  await using secret = await serve((_, response) => {
    inside += 1;
    response.end();
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const location = `http://127.0.0.1:${secret.port}/`;
    await using miner = await serve((_, response) => void response.writeHead(status, { location }).end());
    const origin = `http://127.0.0.1:${miner.port}`;
    expect(await send({ ...options(origin), allowLoopback: origin })).toMatchObject({ ok: true, status });
  }
  expect(inside).toBe(0);
});

test("the one origin of a local subnet opens no other: not another port, scheme or name of the same machine", async () => {
  await using miner = await serve((_, response) => void response.end());
  const allowLoopback = `http://127.0.0.1:${miner.port}`;
  names.of = { localhost: [{ address: "127.0.0.1", family: 4 }] };
  for (const url of [
    `http://127.0.0.1:${miner.port + 1}`,
    `https://127.0.0.1:${miner.port}`,
    `http://localhost:${miner.port}`,
    `http://127.0.0.2:${miner.port}`,
    `http://[::ffff:127.0.0.1]:${miner.port}`,
  ])
    expect(await sendSigned({ ...options(url), allowLoopback })).toMatchObject({ reason: "bad-address" });
  expect(await sendSigned({ ...options(allowLoopback), allowLoopback })).toMatchObject({ ok: true });
});

test("an address of version 6 with a zone is no open one", () => {
  for (const address of ["fe80::1%eth0", "::1%lo", "::ffff:127.0.0.1%1"])
    expect([address, isPublicAddress(address)]).toEqual([address, false]);
});

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
