import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Chain, developmentKeypair, openChain } from "../bittensor/index.ts";
import { silentLogger } from "../platform/index.ts";
import { type LocalChain, startLocalChain } from "./index.ts";

const owner = developmentKeypair("Owner");
const validator = developmentKeypair("Validator");
const miners = ["A", "B", "C"].map((name) => developmentKeypair(name));
const hotkeys = [validator, ...miners].map(({ address }) => address);
const TAO = 1_000_000_000n;
const netuid = 1;
const genesis = {
  owner: owner.address,
  ownerHotkey: developmentKeypair("OwnerHotkey").address,
  accounts: { [owner.address]: (10_000n * TAO).toString() },
  parameters: { tempo: 20, weightsSetRateLimit: 12 },
};
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "chain-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const start = (options: Partial<Parameters<typeof startLocalChain>[0]> = {}): Promise<LocalChain> =>
  startLocalChain({ genesis, home, blockMs: 20, logger: silentLogger, ...options });
const open = ({ url }: LocalChain) => openChain({ url, pollMs: 5 });
const log = () => join(home, "blocks.jsonl");
const lines = async () => (await readFile(log(), "utf8")).split("\n").slice(0, -1);

async function enrol(chain: Chain): Promise<void> {
  await Promise.all(hotkeys.map((hotkey) => chain.register({ netuid, hotkey }, owner)));
  await chain.addStake({ netuid, hotkey: validator.address, amount: 1_000n * TAO }, owner);
}

test("a subnet's life over the wire: registered, served, weighed, paid at its tempo", async () => {
  await using running = await start();
  const chain = open(running);
  await enrol(chain);
  await Promise.all(
    miners.map((miner, at) => chain.serveAxon({ netuid, host: "127.0.0.1", port: 9_000 + at }, miner)),
  );
  const weigh = (by: Chain) =>
    by.setWeights({ netuid, uids: [1, 2, 3], weights: [50, 30, 20], versionKey: 0 }, validator);
  const next = async () => chain.untilEpoch(netuid, (await chain.head()).epoch.index + 1);
  const first = await next();
  expect(first.epoch.block % 20).toBe(0);
  expect(first.neurons.map(({ permit }) => permit)).toEqual([true, false, false, false]);
  while ((await chain.head()).number < 15); // registering counts as an update: the rate limit holds from there
  const [set, tooFast] = (await Promise.allSettled([weigh(chain), weigh(open(running))])).sort(
    (a, b) => Number(a.status !== "fulfilled") - Number(b.status !== "fulfilled"),
  );
  expect(tooFast).toMatchObject({ reason: { code: "chain-refused", cause: "SettingWeightsTooFast" } });
  const block = set?.status === "fulfilled" ? set.value.block : -1;
  const paid = await next();
  expect(paid.epoch.block % 20).toBe(0);
  expect(paid.neurons.map(({ hotkey }) => hotkey)).toEqual(hotkeys);
  expect(paid.neurons.map(({ incentive }) => incentive)).toEqual([0, 32_767, 19_660, 13_106]);
  expect(paid.neurons.map(({ dividends }) => dividends)).toEqual([65_535, 0, 0, 0]);
  expect(paid.neurons[0]).toMatchObject({ lastUpdate: block, permit: true });
  expect(paid.neurons[2]?.axon).toEqual({ host: "127.0.0.1", port: 9_001 });
  expect(await chain.hyperparameters(netuid)).toMatchObject({ tempo: 20, kappa: 32_767 });
  await expect(chain.triggerEpoch({ netuid }, validator)).rejects.toMatchObject({ cause: "NotSubnetOwner" });
  await expect(chain.metagraph(2)).rejects.toMatchObject({ cause: "SubnetNotExists" });
  const asked = await chain.triggerEpoch({ netuid }, owner);
  const head = await chain.head();
  if (head.number > asked.block) expect(head.epoch.block).toBeGreaterThan(asked.block);
});

test("two clients of one signer: each call is done once, whoever takes the nonce first", async () => {
  await using running = await start();
  const clients = [open(running), open(running), open(running)];
  await open(running).register({ netuid, hotkey: validator.address }, owner);
  const before = BigInt((await clients[0]!.account(owner.address)).balance);
  const stakes = clients.flatMap((chain) =>
    [1, 2, 3, 4].map(() => chain.addStake({ netuid, hotkey: validator.address, amount: TAO }, owner)),
  );
  const done = await Promise.all(stakes);
  expect(new Set(done.map(({ hash }) => hash)).size).toBe(12);
  const { balance, nonce } = await clients[1]!.account(owner.address);
  expect([before - BigInt(balance), nonce]).toEqual([12n * TAO, 13]);
});

test("a restarted chain goes on where it was, and its clients with it", async () => {
  const first = await start();
  const { port } = first;
  const chain = open(first);
  await enrol(chain);
  await chain.untilEpoch(netuid, 1);
  await chain.triggerEpoch({ netuid }, owner);
  await chain.untilEpoch(netuid, 2);
  const before = { head: await chain.head(), graph: await chain.metagraph(netuid) };
  await first[Symbol.asyncDispose]();
  const waiting = chain.serveAxon({ netuid, host: "::1", port: 1 }, validator); // while nobody answers
  await using again = await start({ port, blockMs: 10 });
  expect(again.genesisHash).toBe(first.genesisHash);
  const { head, graph } = { head: await chain.head(), graph: await chain.metagraph(netuid) };
  expect(head.number).toBeGreaterThanOrEqual(before.head.number);
  expect(head.epoch.index).toBeGreaterThanOrEqual(2);
  expect(graph.neurons.map(({ hotkey, stake }) => [hotkey, stake])).toEqual(
    before.graph.neurons.map(({ hotkey, stake }) => [hotkey, stake]),
  );
  expect((await waiting).block).toBeGreaterThan(before.head.number);
});

test("block numbers go on after a restart although empty blocks are not logged", async () => {
  const quiet = { ...genesis, parameters: { tempo: 0 } };
  const numbers: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    await using running = await start({ genesis: quiet, blockMs: 10 });
    const chain = open(running);
    numbers.push((await chain.head()).number);
    while ((await chain.head()).number < (turn + 1) * 5) await chain.head();
    numbers.push((await chain.head()).number);
  }
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(numbers.at(-1)).toBeGreaterThanOrEqual(15);
  expect(await lines()).toHaveLength(1);
  // the file of the height may be lost or damaged: then the log counts, and no epoch is ever jumped over
  await writeFile(join(home, "height"), "0000000000000009 0000000000000010\n");
  await using running = await start({ genesis: quiet, blockMs: 60_000 });
  expect((await open(running).head()).number).toBe(0);
});

test("a height that lies behind the next epoch is not believed", async () => {
  await start({ blockMs: 60_000 }).then((running) => running[Symbol.asyncDispose]());
  await writeFile(join(home, "height"), `${"9".repeat(16)} ${"9".repeat(16)}\n`);
  await using running = await start({ blockMs: 60_000 });
  expect((await open(running).head()).number).toBe(19);
});

test("a line that was cut off is dropped; what was acknowledged before it stays", async () => {
  const running = await start();
  await open(running).register({ netuid, hotkey: validator.address }, owner);
  await running[Symbol.asyncDispose]();
  const [, whole = ""] = await lines();
  const { size } = await stat(log());
  for (const torn of [whole.slice(0, 100), whole, `${"\0".repeat(50)}\n`]) {
    await appendFile(log(), torn);
    const notes: unknown[] = [];
    const logger = { ...silentLogger, warn: (...note: unknown[]) => notes.push(note) } as typeof silentLogger;
    await using again = await start({ logger, blockMs: 60_000 });
    expect(notes).toEqual([[{ bytes: torn.length }, expect.stringContaining("is dropped")]]);
    expect((await open(again).metagraph(netuid)).neurons).toHaveLength(1);
    expect((await stat(log())).size).toBe(size);
  }
});

test("a damaged log is refused in one line that tells where", async () => {
  const running = await start({ blockMs: 10 });
  await enrol(open(running));
  await running[Symbol.asyncDispose]();
  const good = await lines();
  expect(good.length).toBeGreaterThan(3);
  const damages: [RegExp, (all: string[]) => string[]][] = [
    [
      /damaged at line 2: the line does not match its hash/,
      ([a = "", b = "", ...rest]) => [a, b.replace('"epoch":false', '"epoch":true'), ...rest],
    ],
    [/damaged at line 2: it does not follow/, ([a = "", , ...rest]) => [a, ...rest]],
    [/damaged at line 3: it does not follow/, ([a = "", b = "", c = "", ...rest]) => [a, b, b, c, ...rest]],
    [/damaged at line 1: the line is no block/, ([, ...rest]) => rest],
    [/damaged at line 2: the line does not match its hash/, ([a = "", ...rest]) => [a, "", ...rest]],
    [/damaged at line 1: it holds no block/, () => []],
  ];
  for (const [problem, damage] of damages) {
    await writeFile(
      log(),
      damage([...good])
        .map((line) => `${line}\n`)
        .join(""),
    );
    const error = await start().catch((refused) => refused);
    expect(error).toMatchObject({ code: "corrupt-log", message: expect.stringMatching(problem) });
    expect(error.message).not.toContain("\n");
  }
  await writeFile(log(), good.map((line) => `${line}\n`).join(""));
  await using again = await start();
  expect((await open(again).metagraph(netuid)).neurons).toHaveLength(4);
});

test("another genesis is refused, and what differs is named", async () => {
  await start().then((running) => running[Symbol.asyncDispose]());
  const other = { ...genesis, parameters: { ...genesis.parameters, tempo: 30 }, accounts: {} };
  await expect(start({ genesis: other })).rejects.toMatchObject({
    code: "other-genesis",
    message: expect.stringContaining("(accounts, tempo differ)"),
  });
  await using again = await start({ blockMs: 40 }); // how often a block comes is no part of it
  expect(again.port).toBeGreaterThan(0);
});

test("a genesis that is not right is refused with every problem in one line", async () => {
  const wrong = {
    ...genesis,
    owner: "5F",
    parameters: { tempo: -1, minBurn: "7", maxBurn: "6", speed: 1 },
  };
  const error = await start({ genesis: wrong }).catch((refused) => refused);
  expect(error.code).toBe("bad-genesis");
  for (const part of ["owner: not an SS58 address", "parameters.tempo", "speed"])
    expect(error.message).toContain(part);
  expect(error.message).not.toContain("\n");
  await expect(
    start({ genesis: { ...genesis, parameters: { minBurn: "7", maxBurn: "6" } } }),
  ).rejects.toThrow("parameters.minBurn: is above maxBurn");
  await expect(start({ genesis: 7 })).rejects.toMatchObject({ code: "bad-genesis" });
  await expect(stat(log())).rejects.toThrow(); // nothing was made
});

test("one process a home", async () => {
  await using running = await start();
  await expect(start()).rejects.toMatchObject({ code: "home-in-use" });
  await running[Symbol.asyncDispose]();
  await using again = await start();
  expect(again.genesisHash).toBe(running.genesisHash);
});

test("a taken port is told, and lets go of the home", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await expect(start({ port })).rejects.toMatchObject({ code: "cannot-listen" });
  server.close();
  await using running = await start();
  expect(running.port).toBeGreaterThan(0);
});

test("it ends when its signal aborts, and then nothing is left open", async () => {
  const stop = new AbortController();
  const running = await start({ signal: stop.signal, blockMs: 60_000 });
  await open(running).head();
  stop.abort(new Error("enough"));
  await running.ended;
  await expect(fetch(running.url)).rejects.toThrow();
  await expect(start({ signal: stop.signal })).rejects.toThrow("enough");
  await using again = await start();
  expect(again.genesisHash).toBe(running.genesisHash);
});
