import { beforeEach, expect, test } from "vitest";
import { developmentKeypair } from "../bittensor/index.ts";
import { openReceipt, sealReceipt as realSeal, versionsOf } from "../evaluation/index.ts";
import { testClock } from "../platform/index.ts";
import { type Answer, hashBytes, hashValue } from "../protocol/index.ts";
import { beat, openBeat, WINDOW_ROUNDS } from "./beat.ts";
import { hearCommit, hearReveal } from "./hear.ts";
import { eventsOf } from "./journal.ts";
import { replay } from "./replay.ts";
import { askedRound, DEADLINE_MS } from "./sampleRound.ts";
import { collect } from "./stages/collect.ts";
import { evaluate, type SealReceipt } from "./stages/evaluate.ts";
import { listen, REVEAL_MS } from "./stages/listen.ts";
import { score } from "./stages/score.ts";

let clock: ReturnType<typeof testClock>;
let startedAt: number;
const signal = new AbortController().signal;
beforeEach(() => {
  clock = testClock();
  startedAt = clock.now() - 1_000;
});

type World = Awaited<ReturnType<typeof askedRound>>;
const salt = hashBytes("salt");
const patch: Answer = { status: "patch", patch: "a patch" };

async function answers(hotkey: string, answer: Answer, { journal }: World, only?: "commit") {
  const world = { journal, clock, startedAt };
  const commitment = hashValue({ task: "t1", hotkey, salt, answer });
  await hearCommit(hotkey, { task: "t1", commitment }, world);
  if (only === undefined) await hearReveal(hotkey, { task: "t1", salt, agent: "repair", answer }, world);
}

const graded = {
  layer: "all",
  reason: "every test and check passed",
  failToPass: { success: ["a"], failure: [] },
  passToPass: { success: ["b"], failure: [] },
  patchLines: 2,
  goldLines: 2,
  likeness: { functions: 1, files: 1, tokens: 1 },
  judge: null,
  durationMs: 5,
};

test("listening ends when all have answered, else with the deadline, else with the time for reveals", async () => {
  const world = await askedRound(0, ["t1"], { clock });
  let over = false;
  const listening = listen(world.asked, { ...world, clock, startedAt, signal }).then(() => {
    over = true;
  });
  const pass = async (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= 250) {
      await clock.advance(250);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  await answers("alice", patch, world);
  await answers("bob", patch, world, "commit");
  await pass(DEADLINE_MS + 1_000);
  expect(over).toBe(false); // bob has committed, and may still reveal
  await pass(REVEAL_MS);
  await listening;
  expect(over).toBe(true);
});

test("a refusal is an attempt, and asking twice asks for the same time", async () => {
  let times: string[] = [];
  const send = async ({ hotkey }: { hotkey: string }, { deadline }: { deadline: string }) => {
    times.push(deadline);
    return hotkey === "bob" ? "answered 429" : null;
  };
  const world = await askedRound(0, ["t1"], { clock, sendChallenge: send });
  expect(await eventsOf(world.journal, "attempt", 0)).toMatchObject([
    { miner: "bob", status: "refused", reason: "answered 429" },
  ]);
  const first = times;
  times = [];
  await clock.advance(5_000);
  await askedRound(0, ["t1"], { clock, sendChallenge: send }, world.journal);
  expect(times).toEqual(first);
  expect(await eventsOf(world.journal, "challenge", 0)).toHaveLength(3);
});

const keypair = developmentKeypair("//Alice");
const sealReceipt: SealReceipt = (text, task, found, about) =>
  realSeal(text, task, found, { keypair, at: 0, ...about });
const versions = versionsOf({ pythonVersion: "3" });

test("a whole round: closed, judged, scored, learnt from, weighed, and replayed equal", async () => {
  const world = await askedRound(0, ["t1"], { clock });
  const { journal, asked } = world;
  await clock.advance(8_000);
  await answers("alice", patch, world);
  await answers("bob", patch, world, "commit");
  const judged = await collect(asked, { journal, startedAt });
  expect(judged).toHaveLength(1);
  const attempts = await eventsOf(journal, "attempt", 0);
  expect(Object.fromEntries(attempts.map(({ miner, status }) => [miner, status]))).toEqual({
    alice: "patch",
    bob: "late",
    carol: "silent",
  });
  let asks = 0;
  const evaluatePatch = async (text: string) => {
    asks += 1;
    expect(text).toBe("a patch");
    return { graded: { ...graded, verdict: "resolved" as const }, versions };
  };
  const evaluations = [await evaluate(judged[0] ?? "", { journal, evaluatePatch, sealReceipt })];
  expect(await evaluate(judged[0] ?? "", { journal, evaluatePatch, sealReceipt })).toBe(evaluations[0]); // repeated, not judged again
  expect(asks).toBe(1);
  const [verdict] = await eventsOf(journal, "verdict", 0);
  expect(openReceipt(await journal.getDocument(verdict?.receipt ?? ""))).toMatchObject({
    receipt: {
      body: { task: "t1", miner: "alice", round: 0, verdict: "resolved", patch: hashBytes("a patch") },
    },
  });
  expect(await score(asked, evaluations, { journal })).toMatchObject({ tasks: 1, attempts: 3 });
  await score(asked, evaluations, { journal }); // repeated, not counted again
  const scores = await eventsOf(journal, "score", 0);
  expect(scores.map(({ miner, score: value }) => [miner, value > 0])).toEqual([
    ["alice", true],
    ["bob", false],
    ["carol", false],
  ]);
  expect(await eventsOf(journal, "cerebro", 0)).toMatchObject([{ tasks: 1, seed: "seed" }]);

  const sent: unknown[] = [];
  const { stages, step } = beatWorld(journal, sent);
  expect(await beat(3, { step }, stages)).toBe(7);
  expect(sent).toEqual([{ netuid: 1, uids: [0], weights: [65_535], versionKey: 0 }]);
  expect(await journal.find("weights:3")).toMatchObject({ block: 7, window: { first: 0, last: 0 } });

  expect(await replay(0, journal)).toMatchObject({
    compared: { scores: 3, models: 1, weights: 1 },
    differences: [expect.stringContaining("difficulty of t1")], // the sample's difficulty is made up
  });
  expect(await replay(1, journal)).toBeNull();
  expect(WINDOW_ROUNDS).toBeGreaterThan(1);
});

/** A chain of four neurons, at block 5, and a beat of the last one. */
function beatWorld(
  journal: Awaited<ReturnType<typeof askedRound>>["journal"],
  sent: unknown[],
  { burn = false, lastUpdate = 3, rateLimit = 0 } = {},
) {
  const others = ["alice", "bob", "carol"].map((hotkey, uid) => ({ hotkey, uid, stake: "0", lastUpdate: 0 }));
  const own = { hotkey: "me", uid: 9, stake: "5000000000000", lastUpdate };
  const chain = {
    metagraph: async () => ({ block: 5, ownerHotkey: "me", neurons: [...others, own] }),
    hyperparameters: async () => ({
      ...{
        weightsVersionKey: 0,
        weightsSetRateLimit: rateLimit,
        minAllowedWeights: 0,
        maxWeightsLimit: 65_535,
      },
    }),
    setWeights: async (call: unknown) => {
      sent.push(call);
      own.lastUpdate = 7;
      return { block: 7 };
    },
  };
  const keypair = { address: "me" };
  const stages = openBeat(
    { netuid: 1, keypair, burn } as Parameters<typeof openBeat>[0],
    { journal, chain, clock } as unknown as Parameters<typeof openBeat>[1],
  );
  const step = async <In extends unknown[], Out>(
    _: string,
    run: (...input: In) => Promise<Out>,
    ...input: In
  ) => run(...input);
  return { stages, step, own };
}

test("weights go to the chain once, not too soon, and to the owner where nobody earned and that was asked for", async () => {
  const { journal, asked } = await askedRound(0, ["t1"], { clock });
  await clock.advance(DEADLINE_MS * 2);
  await collect(asked, { journal, startedAt });
  await score(asked, [], { journal });
  const sent: unknown[] = [];
  const plain = beatWorld(journal, sent);
  expect(await beat(1, plain, plain.stages)).toBe(5); // nobody earned: nothing is sent
  expect(sent).toEqual([]);
  const burning = beatWorld(journal, sent, { burn: true });
  const weighed = await burning.stages.weigh(2, { first: 0, last: 0 });
  expect(await burning.stages.commit(weighed)).toMatchObject({ block: 7, way: "open" });
  expect(await burning.stages.commit(weighed)).toMatchObject({ block: 7 }); // as after a crash: the chain has them already
  expect(sent).toEqual([{ netuid: 1, uids: [9], weights: [65_535], versionKey: 0 }]);
  const hasty = beatWorld(journal, sent, { burn: true, rateLimit: 100 });
  await expect(beat(3, hasty, hasty.stages)).rejects.toMatchObject({ code: "too-soon", retryable: true });
  expect(sent).toHaveLength(1);
});

test("who was silent while the validator was away has no score, who was silent before has 0", async () => {
  const world = await askedRound(0, ["t1"], { clock });
  await clock.advance(DEADLINE_MS * 2);
  await collect(world.asked, { journal: world.journal, startedAt: clock.now() });
  expect(await eventsOf(world.journal, "attempt", 0)).toMatchObject([
    { excused: true },
    { excused: true },
    { excused: true },
  ]);
  await score(world.asked, [], { journal: world.journal });
  expect(await eventsOf(world.journal, "score", 0)).toEqual([]);
  expect(await eventsOf(world.journal, "cerebro", 0)).toHaveLength(1);
});

test("an unscored patch has no score, an unresolved one has 0", async () => {
  const world = await askedRound(0, ["t1"], { clock });
  const { journal, asked } = world;
  await answers("alice", patch, world);
  await answers("bob", { status: "patch", patch: "another" }, world);
  for (const [at, each] of (await collect(asked, { journal, startedAt })).entries())
    await evaluate(each, {
      journal,
      evaluatePatch: async () => ({
        graded: { ...graded, verdict: at === 0 ? "unscored" : "unresolved" },
        versions,
      }),
      sealReceipt,
    });
  await score(asked, [], { journal });
  const scored = (await eventsOf(journal, "score", 0)).map(({ miner, score: value }) => [miner, value]);
  expect(scored).toEqual(expect.arrayContaining([["carol", 0]]));
  expect(scored).toHaveLength(2);
});
