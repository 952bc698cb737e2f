import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Chain, developmentKeypair, localKeypair, openChain } from "../../src/bittensor/index.ts";
import { type LocalChain, startLocalChain } from "../../src/localchain/index.ts";
import { openSampleValidator } from "../../src/miner/sampleValidator.ts";

// The miner as it is really started, on a real chain, killed in the middle of its work.
const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const owner = developmentKeypair("Charlie");
const alice = developmentKeypair("Alice");
let root: string;
let local: LocalChain;
let chain: Chain;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "real-miner-"));
  const genesis = {
    owner: owner.address,
    ownerHotkey: alice.address,
    accounts: { [owner.address]: "1000000000000000" },
  };
  local = await startLocalChain({ genesis, home: join(root, "chain"), blockMs: 50 });
  chain = openChain({ url: local.url, pollMs: 20 });
});
afterAll(async () => {
  await local?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

async function start(
  words: string[],
): Promise<{ child: ChildProcess; port: number; complaints: () => string }> {
  const child = spawn(process.execPath, [main, "miner", ...words, "--attached"], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TAOCEPTION_CACHE: join(root, "cache") },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk;
  });
  const told = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(() => Promise.reject(new Error(complaints))),
  ]);
  return { child, port: JSON.parse(told[0]).port, complaints: () => complaints };
}

test("killed in the middle of a job, it goes on where it was, and ends with whoever started it", async () => {
  const { keypair: hotkey, path } = await localKeypair(join(root, "wallet"), "hotkey");
  await using validator = await openSampleValidator(join(root, "validator"), hotkey);
  const home = join(root, "home");
  const words = ["--home", home, "--keyfile", path, "--chain", local.url, "--netuid", "1", "--local"];
  await expect(start(words)).rejects.toThrow("is not registered on subnet 1");

  for (const { address } of [alice, hotkey]) await chain.register({ netuid: 1, hotkey: address }, owner);
  await chain.addStake({ netuid: 1, hotkey: alice.address, amount: 5_000_000_000_000n }, owner);
  await chain.serveAxon(
    { netuid: 1, host: "127.0.0.1", port: Number(new URL(validator.origin).port) },
    alice,
  );

  validator.state.closed = false; // it commits, and must wait with the reveal
  const first = await start(words);
  const { neurons } = await chain.metagraph(1);
  expect(neurons.find((neuron) => neuron.hotkey === hotkey.address)?.axon).toEqual({
    host: "127.0.0.1",
    port: first.port,
  });
  expect(await validator.send(first.port, validator.challenge())).toMatch(/^202 /);
  expect(await validator.send(first.port, validator.challenge({ task: "basket-2" }))).toMatch(/^202 /);
  await expect.poll(() => validator.heard.length, { timeout: 30_000 }).toBeGreaterThan(0);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");

  validator.state.closed = true;
  const second = await start(words);
  expect(second.port).toBe(first.port);
  const reveals = () => validator.heard.flatMap((each) => (each.path === "reveal" ? [each.body] : []));
  await expect.poll(() => reveals().length, { timeout: 30_000 }).toBe(2);
  expect(
    reveals()
      .map(({ task }) => task)
      .sort(),
  ).toEqual(["basket-1", "basket-2"]);
  for (const { answer } of reveals())
    expect(answer).toMatchObject({ patch: expect.stringContaining("amount - discount") });
  const commitments = validator.heard.flatMap(({ path: at, body }) =>
    at === "commit" && body.task === "basket-1" ? [JSON.stringify(body)] : [],
  );
  expect(new Set(commitments).size).toBe(1);

  const states = async () => {
    const names = await readdir(join(home, "jobs"));
    const jobs = names.map(
      async (name) => JSON.parse(await readFile(join(home, "jobs", name), "utf8")).state,
    );
    return Promise.all(jobs);
  };
  // what was heard by the validator is written by the miner a moment later
  await expect.poll(states, { timeout: 10_000 }).toEqual(["revealed", "revealed"]);
  const ended = once(second.child, "exit");
  second.child.stdin?.end();
  expect(await ended).toEqual([0, null]);
  expect(second.complaints()).toBe("");
  expect(await readdir(join(home, "trees"))).toEqual([]);
  expect(await states()).toEqual(["revealed", "revealed"]);
});
