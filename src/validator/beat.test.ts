import { expect, test } from "vitest";
import { testClock } from "../platform/index.ts";
import { beat, weigh } from "./beat.ts";
import { eventsOf } from "./journal.ts";
import { sampleAnswer, sampleJudged, samplePatch, sampleSeal } from "./sampleAnswers.ts";
import { sampleBeat } from "./sampleBeat.ts";
import { askedRound, DEADLINE_MS } from "./sampleRound.ts";
import { collect } from "./stages/collect.ts";
import { evaluate } from "./stages/evaluate.ts";
import { score } from "./stages/score.ts";

/** A round of one task, which these miners resolved with the same patch; the others were silent. */
async function resolvedBy(hotkeys: readonly string[]) {
  const clock = testClock();
  const startedAt = clock.now() - 1_000;
  const { journal, asked } = await askedRound(0, ["t1"], { clock });
  for (const hotkey of hotkeys) await sampleAnswer(hotkey, samplePatch, { journal, clock, startedAt });
  const evaluatePatch = async () => sampleJudged("resolved");
  for (const each of await collect(asked, { journal, startedAt }))
    await evaluate(each, { journal, evaluatePatch, sealReceipt: sampleSeal });
  await score(asked, [], { journal });
  return journal;
}

test("equal patches that were committed in time are no copies: all who sent them earn alike", async () => {
  const journal = await resolvedBy(["alice", "bob"]);
  const scores = (await eventsOf(journal, "score", 0)).map((event) => [event.miner, event.score]);
  expect(scores).toEqual([
    ["alice", 1],
    ["bob", 1],
    ["carol", 0],
  ]);
  const sent: { uids: number[]; weights: number[] }[] = [];
  const given = sampleBeat(journal, sent);
  await beat(1, given, given.stages);
  expect(sent).toMatchObject([{ uids: [0, 1], weights: [65_535, 65_535] }]);
});

test("what was earned is a hotkey's: whoever gets its uid begins with nothing", async () => {
  const journal = await resolvedBy(["alice", "bob"]);
  const miners = [
    { hotkey: "dave", uid: 0 }, // alice was deregistered
    { hotkey: "bob", uid: 7 }, // and bob came back under another uid
  ];
  expect(await weigh({ first: 0, last: 0 }, miners, journal)).toMatchObject([
    { hotkey: "dave", uid: 0, attempts: 0, weight: 0 },
    { hotkey: "bob", uid: 7, attempts: 1, weight: 65_535 },
  ]);
});

test("where answers over the wire earn nothing, their rows are recorded and not set, and the owner may burn", async () => {
  const journal = await resolvedBy(["alice"]);
  for (const [at, [earns, burn, uids]] of (
    [
      [false, false, []],
      [false, true, [9]],
      [true, false, [0]],
    ] as const
  ).entries()) {
    const sent: { uids: number[] }[] = [];
    const given = sampleBeat(journal, sent, { earns, burn });
    expect(await beat(at, given, given.stages)).toBe(uids.length > 0 ? 7 : 5);
    expect(sent.flatMap((each) => each.uids)).toEqual(uids);
  }
  const recorded = await journal.events({ types: ["weights"], limit: 10 });
  expect(recorded).toMatchObject([
    { mode: "wire", earned: false },
    { mode: "wire", earned: false },
    { mode: "wire", earned: true },
  ]);
  for (const event of recorded)
    expect(event.type === "weights" && event.rows.some(({ weight }) => weight > 0)).toBe(true);
  for (const type of ["challenge", "attempt", "verdict", "score"] as const)
    for (const event of await eventsOf(journal, type, 0)) expect(event.mode).toBe("wire");
});

test("weights go to the chain once, not too soon, and to the owner where nobody earned and that was asked for", async () => {
  const clock = testClock();
  const startedAt = clock.now() - 1_000;
  const { journal, asked } = await askedRound(0, ["t1"], { clock });
  await clock.advance(DEADLINE_MS * 2);
  await collect(asked, { journal, startedAt });
  await score(asked, [], { journal });
  const sent: unknown[] = [];
  const plain = sampleBeat(journal, sent);
  expect(await beat(1, plain, plain.stages)).toBe(5); // nobody earned: nothing is sent
  expect(sent).toEqual([]);
  const burning = sampleBeat(journal, sent, { burn: true });
  const weighed = await burning.stages.weigh(2, { first: 0, last: 0 });
  expect(await burning.stages.commit(weighed)).toMatchObject({ block: 7, way: "open" });
  expect(await burning.stages.commit(weighed)).toMatchObject({ block: 7 }); // as after a crash: the chain has them already
  expect(sent).toEqual([{ netuid: 1, uids: [9], weights: [65_535], versionKey: 0 }]);
  const hasty = sampleBeat(journal, sent, { burn: true, rateLimit: 100 });
  await expect(beat(3, hasty, hasty.stages)).rejects.toMatchObject({ code: "too-soon", retryable: true });
  expect(sent).toHaveLength(1);
});
