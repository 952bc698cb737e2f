import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenSubject, openSubject } from "../../test/evaluation/openSubject.ts";
import { systemClock } from "../platform/index.ts";
import type { Tester } from "../python/index.ts";
import { evaluateWithControl } from "./evaluateWithControl.ts";
import { openWarmTesters } from "./warmTesters.ts";

let opened: OpenSubject;
beforeAll(async () => {
  opened = await openSubject();
});
afterAll(() => opened?.[Symbol.asyncDispose]());

const { fails, ...counts } = { fails: new Set<string>(), runs: 0 };
/** A tester that breaks whenever it is given a file with one of the words in it. */
const judged = async (patch: string) => {
  counts.runs = 0;
  const { subject, tester } = opened;
  const breaking: Tester = {
    ...tester,
    run: async (job, options) => {
      counts.runs += 1;
      const text = Object.values(job.changes).map((bytes) => Buffer.from(bytes ?? "").toString("utf8"));
      if (text.some((each) => [...fails].some((word) => each.includes(word)))) throw new Error("it broke");
      return tester.run(job, options);
    },
    [Symbol.asyncDispose]: async () => {},
  };
  await using testers = openWarmTesters(async () => breaking);
  return evaluateWithControl(patch, subject.task, testers, { blobs: subject.blobs, clock: systemClock });
};
const spoilt = () =>
  `${opened.subject.gold}${opened.subject.patch({ "shelf/extra.py": () => "SPOILT = 1\n" })}`;

test("a patch that breaks its judge while gold is resolved is unresolved", async () => {
  fails.clear();
  fails.add("SPOILT");
  expect(await judged(spoilt())).toMatchObject({
    verdict: "unresolved",
    reason: expect.stringMatching(/^it cannot be judged, although gold can: .*it broke/),
  });
  expect(counts.runs).toBe(5); // the patch twice, gold, the patch twice
});

test("a machine on which gold cannot be judged either costs nobody anything", async () => {
  fails.clear();
  fails.add("result"); // every state of the file
  expect(await judged(opened.subject.gold)).toMatchObject({ verdict: "unscored" });
});

test("what can be judged is judged once", async () => {
  fails.clear();
  expect(await judged(opened.subject.gold)).toMatchObject({ verdict: "resolved" });
  expect(counts.runs).toBe(1);
});

test("what timed out beside others is judged again by itself, and then for good", async () => {
  const { subject, tester } = opened;
  const inside = { now: 0, most: 0 };
  let slow = 0;
  const crowded: Tester = {
    ...tester,
    run: async (job, options) => {
      inside.now += 1;
      inside.most = Math.max(inside.most, inside.now);
      const done = await tester.run(job, options);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const starved = inside.now > 1; // as if a neighbour had taken the processors
      slow += Number(starved);
      inside.now -= 1;
      return starved ? { ...done, timedOut: true } : done;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  await using testers = openWarmTesters(async () => crowded);
  const using = { blobs: subject.blobs, clock: systemClock };
  const verdicts = await Promise.all(
    [subject.gold, subject.gold, subject.gold].map((patch) =>
      evaluateWithControl(patch, subject.task, testers, using),
    ),
  );
  expect(slow).toBeGreaterThan(0);
  expect(inside.most).toBe(3);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["resolved", "resolved", "resolved"]);
});
