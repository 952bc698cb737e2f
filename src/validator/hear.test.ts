import { beforeEach, describe, expect, test } from "vitest";
import { testClock } from "../platform/index.ts";
import { type Answer, hashBytes, hashValue } from "../protocol/index.ts";
import { hearCommit, hearReveal, mayFetch } from "./hear.ts";
import { eventsOf } from "./journal.ts";
import { askedRound, DEADLINE_MS, sampleTask } from "./sampleRound.ts";
import { REVEAL_MS } from "./stages/listen.ts";

const salt = hashBytes("salt");
const answer: Answer = { status: "patch", patch: "a patch" };
const commitmentOf = (hotkey: string, of: Answer = answer) =>
  hashValue({ task: "t1", hotkey, salt, answer: of });

let world: Awaited<ReturnType<typeof askedRound>> & {
  clock: ReturnType<typeof testClock>;
  startedAt: number;
};
beforeEach(async () => {
  const clock = testClock();
  world = { ...(await askedRound(0, ["t1"], { clock })), clock, startedAt: clock.now() - 1_000 };
});
const commit = (hotkey: string, commitment = commitmentOf(hotkey)) =>
  hearCommit(hotkey, { task: "t1", commitment }, world);
const reveal = (hotkey: string, of: Answer = answer, withSalt = salt) =>
  hearReveal(hotkey, { task: "t1", salt: withSalt, agent: "repair", answer: of }, world);

describe("a commit", () => {
  test("counts once; the same again is answered alike, another one refused", async () => {
    expect(await commit("alice")).toMatchObject({ status: 200, closed: false });
    expect(await commit("alice")).toMatchObject({ status: 200 });
    expect(await commit("alice", hashBytes("other"))).toMatchObject({ status: 409 });
    expect(await eventsOf(world.journal, "commit", 0)).toHaveLength(1);
  });

  test("closes the task when it was the last", async () => {
    await commit("alice");
    await commit("bob");
    expect(await commit("carol")).toMatchObject({ status: 200, closed: true });
    expect(await commit("alice")).toMatchObject({ closed: true });
  });

  test("of somebody who was not asked, or for another task, is unknown", async () => {
    expect(await commit("mallory")).toMatchObject({ status: 404 });
    expect(await hearCommit("alice", { task: "t9", commitment: commitmentOf("alice") }, world)).toMatchObject(
      { status: 404 },
    );
  });

  test("after the deadline is too late, unless it was there before", async () => {
    await commit("alice");
    await world.clock.advance(DEADLINE_MS + 1);
    expect(await commit("bob")).toMatchObject({ status: 410 });
    expect(await commit("alice")).toMatchObject({ status: 200 });
  });

  test("after an outage of the validator's own is taken a little longer", async () => {
    await world.clock.advance(DEADLINE_MS + 30_000);
    world.startedAt = world.clock.now() - 1_000;
    expect(await commit("bob")).toMatchObject({ status: 200 });
    await world.clock.advance(60_000);
    expect(await commit("carol")).toMatchObject({ status: 410 });
  });
});

describe("a reveal", () => {
  test("becomes the attempt, timed by the commit", async () => {
    await world.clock.advance(5_000);
    await commit("alice");
    await world.clock.advance(20_000);
    expect(await reveal("alice")).toMatchObject({ status: 200 });
    expect(await reveal("alice")).toMatchObject({ status: 200 });
    const attempts = await eventsOf(world.journal, "attempt", 0);
    expect(attempts).toMatchObject([{ miner: "alice", status: "patch", elapsedMs: 5_000, agent: "repair" }]);
    expect(await world.journal.getDocument(attempts[0]?.patch ?? "")).toBe("a patch");
  });

  test("of an abstention has no patch", async () => {
    const abstained: Answer = { status: "abstained", reason: "no oracle" };
    await commit("bob", commitmentOf("bob", abstained));
    await reveal("bob", abstained);
    expect(await eventsOf(world.journal, "attempt", 0)).toMatchObject([
      { status: "abstained", patch: null, reason: "no oracle" },
    ]);
  });

  test("must be what was committed: another answer, another salt, somebody else's commitment", async () => {
    await commit("alice");
    expect(await reveal("alice", { status: "patch", patch: "better" })).toMatchObject({ status: 409 });
    expect(await reveal("alice", answer, hashBytes("pepper"))).toMatchObject({ status: 409 });
    await commit("bob", commitmentOf("alice")); // copied
    expect(await reveal("bob")).toMatchObject({ status: 409 });
    expect(await reveal("carol")).toMatchObject({ status: 409, reason: "nothing was committed" });
    expect(await eventsOf(world.journal, "attempt", 0)).toEqual([]);
  });

  test("comes until its time is over, and not after the attempt was closed", async () => {
    await commit("alice");
    await commit("bob");
    await world.clock.advance(DEADLINE_MS + REVEAL_MS);
    expect(await reveal("alice")).toMatchObject({ status: 200 });
    await world.clock.advance(1);
    expect(await reveal("bob")).toMatchObject({ status: 410 });
    const closed = {
      type: "attempt" as const,
      round: 0,
      task: "t1",
      miner: "carol",
      status: "late" as const,
    };
    await world.journal.append(
      { ...closed, patch: null, elapsedMs: null, agent: null, reason: null, excused: false },
      { key: "attempt:t1:carol" },
    );
    expect(await reveal("carol")).toMatchObject({ status: 409 });
  });
});

test("a tree is there for those who were asked for its task, in this round and the one before", async () => {
  const { challengeTree } = sampleTask("t1");
  expect(await mayFetch("alice", challengeTree, world)).toBe(true);
  expect(await mayFetch("mallory", challengeTree, world)).toBe(false);
  expect(await mayFetch("alice", hashBytes("another tree"), world)).toBe(false);
  await askedRound(1, ["t2"], world, world.journal);
  expect(await mayFetch("alice", challengeTree, world)).toBe(true);
  await askedRound(2, ["t3"], world, world.journal);
  expect(await mayFetch("alice", challengeTree, world)).toBe(false);
});
