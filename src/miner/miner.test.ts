import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Agent, findAgent } from "../agents/index.ts";
import { developmentKeypair, nextNonce, sendLegacy, serveLegacy, signRequest } from "../bittensor/index.ts";
import { silentLogger, systemClock } from "../platform/index.ts";
import { hashValue } from "../protocol/index.ts";
import { openSandbox, type Sandbox } from "../sandbox/index.ts";
import { openJobs } from "./jobs.ts";
import { openMiner } from "./miner.ts";
import { openSampleValidator } from "./sampleValidator.ts";

const bob = developmentKeypair("Bob");
const eve = developmentKeypair("Eve");
let root: string;
let sandbox: Sandbox;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "miner-"));
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const quick: Agent = {
  name: "quick",
  solve: async () => ({ status: "patch", patch: "a patch", trajectory: [] }),
};

type Options = Partial<Parameters<typeof openMiner>[0]> & { agent?: Agent };

async function open(
  options: Options = {},
  metagraph?: Parameters<typeof openMiner>[2]["metagraph"],
  speaks?: Parameters<typeof openSampleValidator>[2],
) {
  const folder = await mkdtemp(join(root, "home-"));
  const validator = await openSampleValidator(join(folder, "validator"), bob, speaks);
  const { agent = quick, home = join(folder, "home"), ...rest } = options;
  const layer = join(folder, "layer");
  await mkdir(layer);
  const start = () =>
    openMiner(
      {
        ...{ keypair: bob, home, host: "127.0.0.1", port: 0, minStake: 1_000_000_000_000n },
        ...{ local: true, permit: rest.local === false, legacy: false, atOnce: 1, ...rest },
      },
      { agent, budget: { candidates: 300 }, layerOf: async () => ({ folder: layer }), sandbox },
      { metagraph: metagraph ?? validator.metagraph, clock: systemClock, logger: silentLogger },
    );
  const miner = await start();
  const jobs = await openJobs(join(home, "jobs"));
  return {
    ...{ validator, miner, home, jobs, start },
    [Symbol.asyncDispose]: async () => {
      await miner[Symbol.asyncDispose]();
      await validator[Symbol.asyncDispose]();
    },
  };
}

test("a challenge is answered with a patch: committed first, then revealed, and nothing is left behind", async () => {
  const agent = findAgent("repair");
  if (!agent) throw new Error("no agent of that name");
  await using at = await open({ agent });
  expect(await at.validator.send(at.miner.port, at.validator.challenge())).toMatch(/^202 /);
  await at.miner.idle();
  const [commit, reveal, ...more] = at.validator.heard;
  expect(more).toEqual([]);
  if (commit?.path !== "commit" || reveal?.path !== "reveal") throw new Error("not as it should be");
  const { task, salt, answer } = reveal.body;
  expect(answer).toMatchObject({ status: "patch", patch: expect.stringContaining("amount - discount") });
  expect(commit.body.commitment).toBe(hashValue({ task, hotkey: bob.address, salt, answer }));
  expect(await readdir(join(at.home, "trees"))).toEqual([]);
  expect(await at.jobs.get("basket-1")).toMatchObject({ state: "revealed" });
  // the same challenge again is the same job
  expect(await at.validator.send(at.miner.port, at.validator.challenge())).toMatch(/^202 .*known/);
  await at.miner.idle();
  expect(at.validator.heard).toHaveLength(2);
});

test("with a validator that speaks v10 alone all of it goes through v10, where that is asked for", async () => {
  await using at = await open({ legacy: true }, undefined, { serve: serveLegacy, send: sendLegacy });
  expect(await at.validator.send(at.miner.port, at.validator.challenge())).toMatch(/^202 /);
  await at.miner.idle();
  const [commit, reveal, ...more] = at.validator.heard;
  expect(more).toEqual([]);
  if (commit?.path !== "commit" || reveal?.path !== "reveal") throw new Error("not as it should be");
  const { task, salt, answer } = reveal.body;
  expect(answer).toEqual({ status: "patch", patch: "a patch" }); // the tree came too, or there would be none
  expect(commit.body.commitment).toBe(hashValue({ task, hotkey: bob.address, salt, answer }));

  await using today = await open({}, undefined, { serve: serveLegacy, send: sendLegacy });
  expect(await today.validator.send(today.miner.port, today.validator.challenge())).toBe(
    '401 {"error":"unsigned"}',
  );
});

test.each([
  ["an unknown hotkey", { signer: eve }, /^403 .*not-admitted/],
  ["a validator without stake", { stake: 10n }, /^403 .*not-admitted/],
  ["a validator without a permit, on a public subnet", { local: false }, /^403 .*not-admitted/],
  ["a return address that is not the validator's", { returnAddress: "http://127.0.0.1:1" }, /^403 .*return/],
  ["a deadline that has passed", { deadline: "2026-01-01T00:00:00Z" }, /^410 /],
  ["a deadline that is far away", { deadline: "2126-01-01T00:00:00Z" }, /^400 /],
  ["what is no challenge", { tree: "../../etc/passwd" }, /^400 .*bad-body/],
  ["too much", { statement: "x".repeat(600_000) }, /^413 /],
])("%s is refused before any work", async (_, { signer, stake, local, ...change }: Refused, answer) => {
  await using at = await open(local === undefined ? {} : { local });
  if (stake !== undefined) at.validator.chain.stake = stake;
  expect(await at.validator.send(at.miner.port, at.validator.challenge(change), signer)).toMatch(answer);
  await at.miner.idle();
  expect(await at.jobs.list()).toEqual([]);
  expect(at.validator.heard).toEqual([]);
});
type Refused = { signer?: typeof eve; stake?: bigint; local?: boolean } & Record<string, unknown>;

test("the same signed request a second time is refused", async () => {
  await using at = await open();
  const body = JSON.stringify(at.validator.challenge());
  const headers = {
    ...signRequest(
      {
        method: "POST",
        target: "/challenge",
        body: Buffer.from(body),
        nonce: nextNonce(systemClock),
        receiver: bob.address,
      },
      at.validator.keypair,
    ),
    "content-type": "application/json",
  };
  const post = () => fetch(`http://127.0.0.1:${at.miner.port}/challenge`, { method: "POST", headers, body });
  expect((await post()).status).toBe(202);
  const again = await post();
  expect([again.status, await again.text()]).toEqual([401, '{"error":"replayed"}']);
});

test("a validator that has moved is believed as soon as the chain tells", async () => {
  await using at = await open();
  at.validator.chain.axon = { host: "127.0.0.1", port: 1 };
  expect(await at.validator.send(at.miner.port, at.validator.challenge())).toMatch(/^403 .*return/);
  at.validator.chain.axon = undefined;
  await systemClock.sleep(350);
  expect(await at.validator.send(at.miner.port, at.validator.challenge())).toMatch(/^202 /);
});

test("nobody is admitted while the chain cannot be read; the metagraph is not read for each request", async () => {
  await using away = await open({}, () => Promise.reject(new Error("no chain")));
  expect(await away.validator.send(away.miner.port, away.validator.challenge())).toMatch(/^403 /);
  await using at = await open();
  for (let n = 0; n < 5; n += 1)
    await at.validator.send(
      at.miner.port,
      at.validator.challenge({ task: `t${n}` }),
      n % 2 ? eve : undefined,
    );
  await at.miner.idle();
  expect(at.validator.chain.reads).toBeLessThanOrEqual(2);
});

test("another challenge under a known name is refused", async () => {
  await using at = await open();
  await at.validator.send(at.miner.port, at.validator.challenge());
  expect(await at.validator.send(at.miner.port, at.validator.challenge({ tree: "a".repeat(64) }))).toMatch(
    /^409 /,
  );
});

test("a tree that is not the one that was named is abstained from", async () => {
  await using at = await open();
  at.validator.state.archive = Buffer.from("no archive");
  await at.validator.send(at.miner.port, at.validator.challenge());
  await at.miner.idle();
  expect(at.validator.heard.at(-1)?.body).toMatchObject({ answer: { status: "abstained" } });
});

test("what breaks in the agent is an abstention with its reason", async () => {
  const agent: Agent = { name: "breaks", solve: () => Promise.reject(new Error("out of luck")) };
  await using at = await open({ agent });
  await at.validator.send(at.miner.port, at.validator.challenge());
  await at.miner.idle();
  expect(at.validator.heard.at(-1)?.body).toMatchObject({
    answer: { status: "abstained", reason: "out of luck" },
  });
});

test("an agent is stopped before the deadline, and its answer still comes in time", async () => {
  let stopped = 0;
  const agent: Agent = {
    name: "slow",
    solve: async (_problem, _workspace, _budget, { signal }) => {
      await systemClock.sleep(60_000, signal).catch(() => {});
      stopped = Date.now();
      return { status: "abstained", reason: "too slow", trajectory: [] };
    },
  };
  await using at = await open({ agent });
  const deadline = Date.now() + 3_000;
  await at.validator.send(
    at.miner.port,
    at.validator.challenge({ deadline: new Date(deadline).toISOString() }),
  );
  await at.miner.idle();
  expect(deadline - stopped).toBeGreaterThan(1_000);
  expect(at.validator.heard.map(({ path }) => path)).toEqual(["commit", "reveal"]);
});

test("one job at a time, the nearest deadline first, and none takes the time of those that wait", async () => {
  const order: string[] = [];
  const agent: Agent = {
    name: "slow",
    solve: async ({ statement }, _workspace, _budget, { signal }) => {
      order.push(statement);
      await systemClock.sleep(60_000, signal).catch(() => {});
      return { status: "abstained", reason: "too slow", trajectory: [] };
    },
  };
  await using at = await open({ agent });
  const send = (name: string, ms: number) =>
    at.validator.send(
      at.miner.port,
      at.validator.challenge({
        task: name,
        statement: name,
        deadline: new Date(Date.now() + ms).toISOString(),
      }),
    );
  await send("first", 4_500);
  await send("later", 5_500);
  await send("sooner", 4_500);
  await at.miner.idle();
  expect(order).toEqual(["first", "sooner", "later"]);
  expect(at.validator.heard.filter(({ path }) => path === "reveal")).toHaveLength(3);
});

test("of one round the easiest is solved first, and what ends early leaves its time to the others", async () => {
  const spent: [string, number][] = [];
  const agent: Agent = {
    name: "slow with one",
    solve: async ({ statement }, _workspace, _budget, { signal }) => {
      const started = Date.now();
      await systemClock.sleep(statement === "easy" ? 10 : 60_000, signal).catch(() => {});
      spent.push([statement, Date.now() - started]);
      return { status: "abstained", reason: "slow", trajectory: [] };
    },
  };
  await using at = await open({ agent });
  const deadline = new Date(Date.now() + 6_000).toISOString();
  for (const [statement, logit] of [
    ["any", 0],
    ["hard", 2],
    ["easy", -2],
  ] as const)
    await at.validator.send(
      at.miner.port,
      at.validator.challenge({
        ...{ task: statement, statement, deadline },
        difficulty: { logit, low: logit, high: logit },
      }),
    );
  await at.miner.idle();
  expect(spent.map(([statement]) => statement)).toEqual(["any", "easy", "hard"]);
  const [any = 0, , hard = 0] = spent.map(([, ms]) => ms);
  expect(any).toBeLessThan(3_000); // of some 4 400 ms
  expect(any).toBeGreaterThan(1_000);
  expect(hard).toBeGreaterThan(900);
});

test("a killed miner goes on: solved again, or committed under the same hash", async () => {
  let begun = 0;
  const agent: Agent = {
    name: "slow once",
    solve: async (_problem, _workspace, _budget, { signal }) => {
      begun += 1;
      if (begun === 1) await systemClock.sleep(60_000, signal).catch(() => {});
      return { status: "patch", patch: `attempt ${begun}`, trajectory: [] };
    },
  };
  await using at = await open({ agent });
  at.validator.state.closed = false;
  const challenge = at.validator.challenge({ deadline: new Date(Date.now() + 6_000).toISOString() });
  await at.validator.send(at.miner.port, challenge);
  await expect.poll(() => begun).toBe(1);
  await at.miner[Symbol.asyncDispose]();
  expect(await at.jobs.get("basket-1")).toMatchObject({ state: "received", answer: null });
  {
    await using second = await at.start();
    expect(second.port).toBe(at.miner.port); // what the chain tells stays true
    await expect.poll(() => at.validator.heard.length).toBeGreaterThan(0);
  }
  const { salt, answer } = (await at.jobs.get("basket-1")) ?? {};
  expect(answer).toEqual({ status: "patch", patch: "attempt 2" });
  at.validator.state.closed = true;
  await using third = await at.start();
  await third.idle();
  const commitments = at.validator.heard.filter(({ path }) => path === "commit").map(({ body }) => body);
  expect(new Set(commitments.map((body) => JSON.stringify(body))).size).toBe(1);
  expect(at.validator.heard.at(-1)).toMatchObject({ path: "reveal", body: { salt, answer } });
  expect(begun).toBe(2);
});

test("a validator that is away or busy is asked again; one that refuses is not", async () => {
  await using at = await open();
  at.validator.answers.commit = 503;
  await at.validator.send(at.miner.port, at.validator.challenge());
  await expect.poll(() => at.validator.heard.length).toBeGreaterThan(1);
  at.validator.answers.commit = 200;
  at.validator.answers.reveal = 409;
  await at.miner.idle();
  expect(at.validator.heard.filter(({ path }) => path === "reveal")).toHaveLength(1);
  expect(await at.jobs.get("basket-1")).toMatchObject({ state: "expired" });
});

test("a job file that was cut off is as if it had never come", async () => {
  await using at = await open();
  await at.validator.send(at.miner.port, at.validator.challenge());
  await at.miner.idle();
  const [name = ""] = await readdir(join(at.home, "jobs"));
  const path = join(at.home, "jobs", name);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.slice(0, 100));
  expect(await at.jobs.list()).toEqual([]);
});
