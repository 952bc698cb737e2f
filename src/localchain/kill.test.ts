import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Chain,
  developmentKeypair,
  encodeWeights,
  type Keypair,
  openChain,
  seal,
} from "../bittensor/index.ts";
import { readLog } from "./blockLog.ts";
import { readGenesis } from "./genesis.ts";
import { type Ledger, ledgerHash, stakeOf } from "./ledger/ledger.ts";
import { accountView, metagraphOf } from "./ledger/views.ts";
import { replay } from "./replay.ts";

const KILLS = 10;
const netuid = 1;
const key = (name: string) => developmentKeypair(name);
const coldkeys = ["One", "Two", "Three", "Four"].map(key);
const hotkey = key("Validator");
const owner = key("Owner");
const genesis = {
  owner: owner.address,
  ownerHotkey: hotkey.address,
  accounts: Object.fromEntries([owner, ...coldkeys].map(({ address }) => [address, "1000000000000000"])),
  parameters: { tempo: 7, maxAllowedUids: 8, commitRevealEnabled: true },
};
let home: string;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "chain-kill-"));
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(home, { recursive: true, force: true });
});

/** The chain in a process of its own; resolves once it can be asked. */
async function startProcess(port: number): Promise<{ child: ChildProcess; port: number }> {
  const program = `
    import { startLocalChain } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
    const stop = new AbortController();
    process.on("SIGTERM", () => stop.abort());
    const options = ${JSON.stringify({ genesis, home, port, blockMs: 4 })};
    await using chain = await startLocalChain({ ...options, signal: stop.signal });
    console.log(JSON.stringify({ port: chain.port }));
    await chain.ended;`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  child.once("close", () => children.delete(child));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, port: JSON.parse(line).port };
}

/** Numbers in 0..1 that come out the same each time (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Acknowledged {
  hash: string;
  block: number;
}

/** Weights for round 1, which is out: they open as soon as the next epoch begins. */
async function sealed(chain: Chain, turn: number) {
  const { beacon, commitRevealVersion: version } = await chain.commitTerms(netuid);
  const payload = { hotkey: hotkey.address, uids: [1, 2], weights: [turn, 9], versionKey: 0 };
  return { commit: seal(encodeWeights(payload), 1, beacon), revealRound: 1, version };
}

/** Ask for one thing after the other until told to stop; each that was acknowledged is noted. */
async function load(
  chain: Chain,
  coldkey: Keypair,
  which: number,
  noted: Acknowledged[],
  stop: AbortSignal,
): Promise<bigint> {
  let staked = 0n;
  for (let turn = 0; !stop.aborted; turn += 1) {
    const amount = BigInt(1_000_000 * (which + 1) + turn);
    if (turn % 9 === 0)
      noted.push(await chain.register({ netuid, hotkey: key(`${which}-${turn}`).address }, coldkey));
    else if (turn % 9 === 5 && which === 0)
      noted.push(await chain.commitTimelocked({ netuid, ...(await sealed(chain, turn)) }, hotkey));
    else {
      noted.push(await chain.addStake({ netuid, hotkey: hotkey.address, amount }, coldkey));
      staked += amount;
    }
  }
  return staked;
}

async function fromLog() {
  const torn: number[] = [];
  const path = join(home, "blocks.jsonl");
  const replayed = await replay(path, readGenesis(genesis), { onTorn: (bytes) => torn.push(bytes) });
  return { ...replayed, torn };
}

test(`${KILLS} times killed under load: nothing acknowledged is lost, nothing is done twice`, async () => {
  const random = randoms(20_261_125);
  let { child, port } = await startProcess(0);
  const url = `http://127.0.0.1:${port}`;
  const open = () => openChain({ url, pollMs: 3 });
  const checker = open();
  await checker.register({ netuid, hotkey: hotkey.address }, owner);
  const noted: Acknowledged[] = [];
  const stop = new AbortController();
  // the last coldkey is used by two clients at once
  const signers = [...coldkeys, coldkeys[3] as Keypair];
  const loads = Promise.all(
    signers.map((coldkey, which) => load(open(), coldkey, which, noted, stop.signal)),
  );
  loads.catch(() => {});
  let height = 0;
  for (let kills = 0; kills < KILLS; kills += 1) {
    // every client is at work again when the next blow comes, at any moment of a block
    for (const working = noted.length + 8; noted.length < working; ) await wait(5);
    height = Math.max(height, (await checker.head()).number);
    await wait(60 * random());
    child.kill("SIGKILL");
    await once(child, "close");
    const { included } = await fromLog();
    expect(noted.filter(({ hash, block }) => included.get(hash)?.block !== block)).toEqual([]);
    ({ child } = await startProcess(port));
    expect((await checker.head()).number).toBeGreaterThanOrEqual(height);
  }
  stop.abort();
  const staked = (await loads).reduce((sum, rao) => sum + rao, 0n);
  const seen = {
    graph: await checker.metagraph(netuid),
    account: await checker.account(coldkeys[0]!.address),
  };
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([0, null]);

  expect(noted.length).toBeGreaterThan(KILLS * 8);
  const { ledger, included } = await fromLog();
  expect(noted.filter(({ hash }) => included.get(hash)?.error !== null)).toEqual([]);
  expect(ledgerHash((await fromLog()).ledger)).toBe(ledgerHash(ledger));
  // what the process showed last is what its log gives: epochs that came since aside, neurons and money are the same
  if (seen.graph.epoch.index === ledger.epoch.index) {
    expect(metagraphOf(ledger).neurons).toEqual(seen.graph.neurons);
    expect(accountView(ledger, coldkeys[0]!.address, 0)).toEqual(seen.account);
  }
  await expectOnce(noted, staked, ledger);
});

/** Each extrinsic is in one block; the stake is what the acknowledged calls put there, and dividends. */
async function expectOnce(noted: readonly Acknowledged[], staked: bigint, ledger: Ledger): Promise<void> {
  const names: string[] = [];
  let inLog = 0n;
  const opened: number[] = [];
  await readLog(join(home, "blocks.jsonl"), {
    onFirst: () => {},
    onTorn: () => {},
    onBlock: ({ extrinsics, opened: here = [] }) => {
      for (const { id, payload } of here) {
        opened.push(id);
        expect(payload).toMatchObject({ hotkey: hotkey.address, uids: [1, 2] });
      }
      for (const { hash, error, extrinsic } of extrinsics) {
        names.push(hash);
        if (extrinsic.call.call === "add_stake" && error === null) inLog += BigInt(extrinsic.call.amount);
      }
    },
  });
  expect(opened.length).toBeGreaterThan(0);
  expect(new Set(opened).size).toBe(opened.length);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(noted.map(({ hash }) => hash)).size).toBe(noted.length);
  expect(names).toHaveLength(noted.length + 1);
  expect(inLog).toBe(staked);
  expect(stakeOf(ledger, hotkey.address)).toBeGreaterThanOrEqual(staked);
}
