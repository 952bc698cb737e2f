import { expect, test } from "vitest";
import { sampleRun, sampleTask, sampleWork } from "../sampleWork.ts";
import type { Work } from "../work.ts";
import { run } from "./run.ts";

test("F2P passes or fails as marked, P2P may be skipped, what is missing failed", async () => {
  const outcomes = { a: "passed", b: "xfailed", c: "skipped", d: "xpassed", e: "error" } as const;
  const tests = ["a", "b", "c", "d", "e", "missing"];
  const task = { ...sampleTask, failToPass: tests, passToPass: tests };
  const work: Work = { ...sampleWork(), task, canaries: { files: {}, expected: { canary: "failed" } } };
  let asked: readonly string[] = [];
  const tester = {
    run: async (job: { tests: readonly string[] }) => {
      asked = job.tests;
      return sampleRun({ outcomes });
    },
  };
  expect(await run.check(work, { tester: tester as never })).toBeNull();
  expect(asked).toEqual([...tests, ...Object.keys(work.canaries.expected)]);
  expect(work.failToPass).toEqual({ success: ["a", "b"], failure: ["c", "d", "e", "missing"] });
  expect(work.passToPass).toEqual({ success: ["a", "b", "c"], failure: ["d", "e", "missing"] });
});
