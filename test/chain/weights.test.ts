import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Chain, developmentKeypair, openChain } from "../../src/bittensor/index.ts";
import { startLocalChain } from "../../src/localchain/index.ts";
import { systemClock as clock, silentLogger } from "../../src/platform/index.ts";
import type { EventBody } from "../../src/protocol/index.ts";
import { beat, openBeat } from "../../src/validator/beat.ts";
import { memoryJournal } from "../../src/validator/memoryJournal.ts";
import { planWeights } from "../../src/validator/weightsPlan.ts";

const owner = developmentKeypair("Owner");
const validator = developmentKeypair("Validator");
const miners = ["A", "B"].map((name) => developmentKeypair(name));
const TAO = 1_000_000_000n;
const netuid = 1;
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "weights-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A subnet of one validator and two miners after its first epoch, and the validator's record of one round. */
async function world(parameters: object) {
  const running = await startLocalChain({
    genesis: {
      ...{ owner: owner.address, ownerHotkey: developmentKeypair("OwnerHotkey").address },
      accounts: { [owner.address]: (10_000n * TAO).toString() },
      parameters: { tempo: 100, ...parameters },
    },
    ...{ home, blockMs: 20, logger: silentLogger },
  });
  const chain = openChain({ url: running.url, pollMs: 5 });
  await Promise.all(
    [validator, ...miners].map(({ address }) => chain.register({ netuid, hotkey: address }, owner)),
  );
  await chain.addStake({ netuid, hotkey: validator.address, amount: 5_000n * TAO }, owner);
  const graph = await chain.untilEpoch(netuid, 1);
  const uidOf = (hotkey: string) => graph.neurons.find((neuron) => neuron.hotkey === hotkey)?.uid ?? -1;
  const journal = memoryJournal({ clock });
  const record = (body: unknown, key: string) => journal.append(body as EventBody, { key });
  await record({ type: "ready", netuid, hotkey: validator.address, miners: [] }, "ready");
  const scores = async (round: number, values: number[]) => {
    for (const [at, score] of values.entries())
      await record(
        { type: "score", round, task: `t${round}`, miner: miners[at]?.address, score },
        `s${round}-${at}`,
      );
    await record(
      { type: "cerebro", round, tasks: 1, record: "0".repeat(64), seed: null },
      `cerebro:${round}`,
    );
  };
  return {
    running,
    chain,
    journal,
    scores,
    uids: miners.map(({ address }) => uidOf(address)),
    own: uidOf(validator.address),
  };
}
const plain = {
  step: async <In extends unknown[], Out>(_: string, run: (...input: In) => Promise<Out>, ...input: In) =>
    run(...input),
};
const counting = (chain: Chain) => {
  const sent: string[] = [];
  const counted: Chain = {
    ...chain,
    setWeights: (...given) => {
      sent.push("open");
      return chain.setWeights(...given);
    },
    commitTimelocked: (...given) => {
      sent.push("timelocked");
      return chain.commitTimelocked(...given);
    },
  };
  return { counted, sent };
};

test("where the subnet asks for it, a beat seals its weights, and the chain opens them an epoch later", async () => {
  const { running, chain, journal, scores, uids, own } = await world({ commitRevealEnabled: true });
  await using _ = running;
  const { counted, sent } = counting(chain);
  const stages = openBeat({ netuid, keypair: validator }, { journal, chain: counted, clock });
  await scores(0, [1, 0]);
  const [good, bad] = uids as [number, number];
  const plan = await planWeights({}, { journal, chain });
  expect(plan).toMatchObject({
    ...{ netuid, hotkey: validator.address, way: "timelocked", window: { first: 0, last: 0 } },
    rows: [{ uid: good, hotkey: miners[0]?.address, now: 0, next: 65_535, difference: 65_535 }],
  });
  const block = await beat(1, plain, stages);
  expect(sent).toEqual(["timelocked"]);
  const event = await journal.find("weights:1");
  expect(event).toMatchObject({ type: "weights", block, way: "timelocked", revealRound: expect.any(Number) });
  expect(await chain.weights(netuid)).toEqual([]);

  const opened = await chain.untilEpoch(netuid, 3); // committed in epoch 1, opened in 2, counted by the third
  expect(opened.neurons[good]?.incentive).toBe(65_535);
  expect(await chain.weights(netuid)).toEqual([{ uid: own, weights: [[good, 65_535]] }]);
  await scores(1, [0, 1]);
  const second = await planWeights({}, { journal, chain });
  expect(second?.rows).toMatchObject([
    { uid: good, now: 65_535, difference: expect.any(Number) },
    { uid: bad, now: 0, difference: expect.any(Number) },
  ]);
  expect(sent).toHaveLength(1); // a plan sends nothing
}, 30_000);

test("a beat that died after it had sent sends nothing again, openly or sealed", async () => {
  for (const commitRevealEnabled of [false, true]) {
    const { running, chain, journal, scores } = await world({ commitRevealEnabled });
    await using _ = running;
    const { counted, sent } = counting(chain);
    const stages = openBeat({ netuid, keypair: validator }, { journal, chain: counted, clock });
    await scores(0, [1, 0.5]);
    const weighed = await stages.weigh(1, { first: 0, last: 0 });
    // it dies between sending and noting: what it began goes on by itself, and the next process does the step again
    const [first, again] = await Promise.all([
      stages.commit(weighed),
      clock.sleep(60).then(() => stages.commit(weighed)),
    ]);
    expect(sent).toHaveLength(1);
    expect(again.block).toBe(first.block);
    expect(await stages.confirm(weighed, again)).toBe(first.block);
    await rm(home, { recursive: true });
  }
}, 30_000);

test("before the rate limit allows it, a sealed commit waits as open weights do; nobody earned: nothing is sealed", async () => {
  const { running, chain, journal, scores } = await world({
    commitRevealEnabled: true,
    weightsSetRateLimit: 1_000,
  });
  await using _ = running;
  const { counted, sent } = counting(chain);
  const stages = openBeat({ netuid, keypair: validator }, { journal, chain: counted, clock });
  await scores(0, [0, 0]);
  const none = await stages.weigh(1, { first: 0, last: 0 });
  expect(await stages.commit(none)).toMatchObject({ way: "none", revealRound: null });
  await scores(1, [1, 0]);
  const weighed = await stages.weigh(2, { first: 0, last: 1 });
  await expect(stages.commit(weighed)).rejects.toMatchObject({ code: "too-soon", retryable: true });
  expect((await planWeights({}, { journal, chain }))?.waitBlocks).toBeGreaterThan(800);
  expect(sent).toEqual([]);
}, 30_000);
